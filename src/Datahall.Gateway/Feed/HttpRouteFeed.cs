using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Datahall.Gateway.Routes;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Feed;

/// <summary>A control plane over HTTP, as docs/reference/api.md says under "Gateways". Thread-safe.</summary>
public sealed class HttpRouteFeed : IRouteFeed, IDisposable
{
    private static readonly TimeSpan callTimeout = TimeSpan.FromSeconds(10);

    // The server says something every 5 s; three times that in silence is a connection that died without a word.
    private static readonly TimeSpan silence = TimeSpan.FromSeconds(15);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>Makes a client; it connects when it is used.</summary>
    /// <param name="server">The control plane's address, such as <c>http://10.0.0.1:7070</c>.</param>
    /// <param name="token">The join token.</param>
    /// <param name="time">The clock of time-outs.</param>
    public HttpRouteFeed(Uri server, string token, TimeProvider time)
    {
        this.time = time;
        http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = new(server, "api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan, // Streams last; calls have a time-out of their own.
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where the gateway tells metrics, as IP address and port, for the control plane to tell Prometheus; null: nowhere.</summary>
    public string? Metrics { get; init; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GatewayConfig> WatchAsync(string gateway, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"gateways/{Uri.EscapeDataString(gateway)}/routes{(Metrics is null ? "" : $"?metrics={Uri.EscapeDataString(Metrics)}")}");
        request.Headers.Accept.Add(new("text/event-stream"));
        using var response = await SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var heard = new SilenceTimeout(silence, time, cancellationToken);
        var events = SseParser.Create(new HeardStream(body, heard), static (type, data) => type == "routes" ? data.ToArray() : null)
            .EnumerateAsync(heard.Token).GetAsyncEnumerator(heard.Token);
        await using (events)
        {
            while (await NextAsync(events, cancellationToken) is { } data)
            {
                if (data.Length > 0)
                {
                    yield return Read(data);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReportAsync(TrafficReport report, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(callTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"gateways/{Uri.EscapeDataString(report.Gateway)}/traffic")
        {
            Content = new ByteArrayContent(GatewayJson.Write(report)),
        };
        request.Content.Headers.ContentType = new("application/json");
        try
        {
            using var response = await SendAsync(request, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RouteFeedException($"{http.BaseAddress} took no report within {callTimeout.TotalSeconds} s", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // Null: the stream ended in order.
    private static async Task<byte[]?> NextAsync(IAsyncEnumerator<SseItem<byte[]?>> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current.Data ?? [] : null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new RouteFeedException($"the stream of routes broke off: {e.Message}", e);
        }
    }

    private static GatewayConfig Read(byte[] data)
    {
        try
        {
            return GatewayJson.Read<GatewayConfig>(data);
        }
        catch (JsonException e)
        {
            throw new RouteFeedException($"the control plane sent routes that cannot be read: {e.Message}", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RouteFeedException($"{http.BaseAddress} cannot be reached: {e.Message}", e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new RouteFeedException((int)response.StatusCode is 401 or 403
                ? $"{http.BaseAddress} does not take the token: give the join token, as 'datahall node join-token' prints it on the server's machine"
                : $"{http.BaseAddress} answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }
    }
}
