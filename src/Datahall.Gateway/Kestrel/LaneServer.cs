using System.Net;
using System.Text;
using Datahall.Gateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Datahall.Gateway.Kestrel;

/// <summary>Kestrel with the lane's listeners and limits, driven without the web host around it.</summary>
internal sealed class LaneServer(KestrelLane lane, KestrelLaneOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private const int MostHeaders = 200;
    private const int MostStreams = 1000;

    private readonly List<ListenOptions> bound = [];
    private readonly List<CertificateStore> certificates = [];
    private WebApplication? app;
    private IServer? server;

    public IReadOnlyList<EndPoint> EndPoints => bound.ConvertAll(static listen => listen.EndPoint);

    public IHttpForwarder Forwarder { get; private set; } = null!;

    public async Task StartAsync(IReadOnlyList<ListenerOptions> listeners, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Datahall.Gateway" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, listeners));
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IConnectionListenerFactory, NowhereListenerFactory>();
        builder.Services.AddHttpForwarder();
        app = builder.Build();
        Forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        server = app.Services.GetRequiredService<IServer>();
        await server.StartAsync(new LaneApplication(lane), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        certificates.ForEach(static store => store.Dispose());
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private void Configure(KestrelServerOptions kestrel, IReadOnlyList<ListenerOptions> listeners)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowAlternateSchemes = true; // Whoever ends TLS before the gateway may say https over plaintext.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1; // Bytes pass as they are.
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        Limit(kestrel.Limits);
        ConnectionDelegate? http2 = null;
        kestrel.Listen(NowhereEndPoint.Instance, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => http2 = next);
        });
        foreach (var listener in listeners)
        {
            kestrel.Listen(listener.EndPoint, listen =>
            {
                bound.Add(listen);
                if (listener.ProxyProtocol)
                {
                    listen.Use(next => new ProxyProtocolReader(next, options.HeadTimeout).OnConnectionAsync);
                }

                if (listener.IsTls)
                {
                    Secure(listen, listener);
                }
                else
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next => new PrefaceSniffer(next, connection => http2!(connection), options.KeepAlive).OnConnectionAsync);
                }
            });
        }
    }

    private void Secure(ListenOptions listen, ListenerOptions listener)
    {
        var store = new CertificateStore(listener.Certificates, options.CertificateInterval, loggers.CreateLogger<CertificateStore>());
        certificates.Add(store);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = options.HeadTimeout,
            OnConnection = context => new(store.For(context.ClientHelloInfo.ServerName)),
        });
    }

    private void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = null; // The route's.
        limits.MaxRequestHeadersTotalSize = options.MaxHeadBytes;
        limits.MaxRequestLineSize = options.MaxHeadBytes;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.RequestHeadersTimeout = options.HeadTimeout;
        limits.KeepAliveTimeout = options.KeepAlive;
        limits.MaxConcurrentConnections = options.MaxConnections > 0 ? options.MaxConnections : null;
        limits.MaxConcurrentUpgradedConnections = options.MaxConnections > 0 ? options.MaxConnections : null;
        limits.MinRequestBodyDataRate = Rate();
        limits.MinResponseDataRate = Rate();
        limits.Http2.MaxStreamsPerConnection = MostStreams;
        limits.Http2.MaxRequestHeaderFieldSize = options.MaxHeadBytes;
    }

    private MinDataRate? Rate() => options.MinBytesPerSecond > 0 ? new(options.MinBytesPerSecond, TimeSpan.FromSeconds(5)) : null;
}
