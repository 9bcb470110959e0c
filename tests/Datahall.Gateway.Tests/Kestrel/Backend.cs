using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>A replica: a real Kestrel that does what a test says.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication app;
    private int requests;

    private Backend(WebApplication app, IPEndPoint end) => (this.app, EndPoint) = (app, end);

    public IPEndPoint EndPoint { get; private set; }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref requests);

    public static Task<Backend> EchoAsync() => StartAsync(static async http =>
    {
        http.Response.ContentType = "text/plain";
        await http.Request.Body.CopyToAsync(http.Response.Body);
    });

    public static Task<Backend> SayAsync(string text, int status = 200) => StartAsync(http =>
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(text);
    });

    public static async Task<Backend> StartAsync(RequestDelegate handle, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        ListenOptions? bound = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            bound = listen;
        }));
        var app = builder.Build();
        Backend? backend = null;
        app.Run(http =>
        {
            Interlocked.Increment(ref backend!.requests);
            return handle(http);
        });
        backend = new(app, new(IPAddress.Loopback, 0));
        await app.StartAsync(TestContext.Current.CancellationToken);
        backend.EndPoint = bound!.IPEndPoint!;
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
