using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Datahall.Gateway.Tests.Http1;

/// <summary>Kestrel itself on connections in memory, as the second reader that the parser under test is compared with.</summary>
internal sealed class KestrelReader : IHttpApplication<IFeatureCollection>, IAsyncDisposable
{
    private readonly Channel<ConnectionContext> connections = Channel.CreateUnbounded<ConnectionContext>();
    private readonly KestrelServer server;

    private KestrelReader()
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = new ServiceCollection().BuildServiceProvider() };
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.MinRequestBodyDataRate = null;
        // How bytes above 127 become text is up to each application; that they are allowed is HTTP (RFC 9110 section 5.5).
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.Listen(IPAddress.Loopback, 0);
        server = new(Options.Create(options), new Listener(connections), NullLoggerFactory.Instance);
    }

    public static async Task<KestrelReader> StartAsync(CancellationToken cancellationToken)
    {
        var reader = new KestrelReader();
        await reader.server.StartAsync(reader, cancellationToken);
        return reader;
    }

    /// <summary>Sends the bytes, ends the connection's input, and returns the requests that Kestrel took whole, with the text of what it answered.</summary>
    public async Task<(List<ReadRequest> Requests, string Answer)> ReadAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var output = new Pipe(new(useSynchronizationContext: false));
        await using var connection = new Connection(new Duplex(new OnceReader([.. bytes]), output.Writer));
        var requests = new List<ReadRequest>();
        connection.Items[typeof(KestrelReader)] = requests;
        await connections.Writer.WriteAsync(connection, cancellationToken);
        using var answer = new MemoryStream();
        await output.Reader.CopyToAsync(answer, cancellationToken);
        return (requests, Encoding.Latin1.GetString(answer.ToArray()));
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        var fields = request.Headers.Where(static field => field.Key is not ("Connection" or "Content-Length")).SelectMany(static field => field.Value.Select(value => field.Key.ToLowerInvariant() + "=" + value))
            .Order(StringComparer.Ordinal).ToList();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        context.GetRequiredFeature<IConnectionItemsFeature>().Items.TryGetValue(typeof(KestrelReader), out var requests);
        ((List<ReadRequest>)requests!).Add(new(request.Method, request.RawTarget, request.Headers.Host.ToString(), string.Join("\n", fields),
            Encoding.Latin1.GetString(body.ToArray())));
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(CancellationToken.None);
        server.Dispose();
    }

    private sealed class Listener(Channel<ConnectionContext> connections) : IConnectionListenerFactory, IConnectionListener
    {
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await connections.Reader.WaitToReadAsync(cancellationToken) && connections.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            connections.Writer.TryComplete();
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }

    // As with Kestrel's own transports, the end of the connection is what completes its pipes.
    private sealed class Connection(Duplex transport) : DefaultConnectionContext("c", transport, transport)
    {
        private readonly CancellationTokenSource closed = new();

        public override CancellationToken ConnectionClosed => closed.Token;

        public override void Abort(ConnectionAbortedException abortReason) => closed.Cancel();

        public override async ValueTask DisposeAsync()
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
            await base.DisposeAsync();
        }
    }

    // A copy of the bytes (Kestrel removes dot segments in place), and the end of the input once a reader that has seen them all asks for more. A pipe would tell the end with the bytes, and Kestrel
    // does not answer a client that is gone.
    private sealed class OnceReader(byte[] bytes) : PipeReader
    {
        private ReadOnlySequence<byte> rest = new(bytes);
        private SequencePosition examined = new(bytes, 0);
        private bool hasRead;

        public override bool TryRead(out ReadResult result)
        {
            result = new(rest, isCanceled: false, isCompleted: hasRead && examined.Equals(rest.End));
            hasRead = true;
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => TryRead(out var result) ? new(result) : default;

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => (rest, this.examined) = (rest.Slice(consumed), examined);

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
