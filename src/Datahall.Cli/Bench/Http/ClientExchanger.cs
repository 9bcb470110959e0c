using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Bench.Http;

/// <summary>HTTP/2, and HTTP/1.1 over TLS, through the client of .NET, whose connections all workers share.</summary>
/// <param name="client">The client; not disposed with this.</param>
/// <param name="targets">The requests. Shape [targets].</param>
/// <param name="version">The version of HTTP, exactly.</param>
internal sealed class ClientExchanger(HttpMessageInvoker client, IReadOnlyList<HttpTarget> targets, System.Version version) : IExchanger
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private CancellationTokenSource abort = new();

    /// <summary>The client for a run.</summary>
    /// <param name="insecure">Whether any certificate will do.</param>
    /// <param name="connections">The most connections to a server.</param>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "The user asked for it with --insecure: the server under test has a certificate of its own making")]
    public static HttpMessageInvoker CreateClient(bool insecure, int connections)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = connections,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        if (insecure)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        }

        return new(handler);
    }

    public async ValueTask<Exchange> RunAsync(int target, StreamStamps stamps)
    {
        if (!abort.TryReset())
        {
            abort.Dispose();
            abort = new();
        }

        var cancelled = abort.Token;
        using var request = Create(targets[target]);
        try
        {
            using var response = await client.SendAsync(request, cancelled);
            stamps.Arrived();
            var isEventStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
            await using var body = await response.Content.ReadAsStreamAsync(cancelled);
            var total = 0L;
            while (await body.ReadAsync(buffer, cancelled) is > 0 and var read)
            {
                total += read;
                stamps.Sink?.Invoke(buffer.AsSpan(0, read), isEventStream);
            }

            return new(Outcome.Response, (int)response.StatusCode, total);
        }
        catch (Exception e) when (e is OperationCanceledException || cancelled.IsCancellationRequested)
        {
            return new(Outcome.Timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new(Classify(e));
        }
    }

    public void Abort() => abort.Cancel();

    public void Dispose() => abort.Dispose();

    /// <summary>What a failure of the client means.</summary>
    public static Outcome Classify(Exception failure) => failure switch
    {
        HttpProtocolException => Outcome.Reset, // The server reset the stream, or closed the connection with GOAWAY.
        HttpRequestException { InnerException: HttpProtocolException } => Outcome.Reset,
        HttpRequestException e => Classify(e.HttpRequestError),
        HttpIOException e => Classify(e.HttpRequestError),
        { InnerException: SocketException or null } => Outcome.Reset,
        _ => Outcome.Protocol,
    };

    private static Outcome Classify(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError => Outcome.Connect,
        HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError or HttpRequestError.HttpProtocolError => Outcome.Protocol,
        _ => Outcome.Reset,
    };

    private HttpRequestMessage Create(HttpTarget target)
    {
        var request = new HttpRequestMessage(new(target.Method), target.Url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (target.Body is not null)
        {
            request.Content = new ByteArrayContent(target.Body);
        }

        foreach (var (name, value) in target.Headers)
        {
            HttpHeaders headers = IsOfContent(name) && request.Content is not null ? request.Content.Headers : request.Headers;
            headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static bool IsOfContent(string name) => name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
