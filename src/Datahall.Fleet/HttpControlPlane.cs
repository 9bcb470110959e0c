using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Datahall.Control.Agents;

namespace Datahall.Fleet;

/// <summary>A control plane over HTTP, as docs/reference/api.md says under "Agents". Thread-safe.</summary>
public sealed class HttpControlPlane : IControlPlane, IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    // The server says something every 5 s; three times that in silence is a connection that died without a word.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>Makes a client; it connects when it is used.</summary>
    /// <param name="server">The control plane's address, such as <c>http://10.0.0.1:7070</c>.</param>
    /// <param name="token">The join token.</param>
    /// <param name="time">The clock of time-outs.</param>
    /// <param name="handler">How to connect; null for the usual way.</param>
    public HttpControlPlane(Uri server, string token, TimeProvider time, HttpMessageHandler? handler = null)
    {
        this.time = time;
        http = new(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = new(server, "agent/v1/"),
            Timeout = Timeout.InfiniteTimeSpan, // Streams last; calls have a time-out of their own.
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <inheritdoc/>
    public Task<RegistrationAnswer> RegisterAsync(Registration registration, CancellationToken cancellationToken) =>
        CallAsync<Registration, RegistrationAnswer>("register", registration, Strictness.Registration, cancellationToken);

    /// <inheritdoc/>
    public Task<ReportAnswer> ReportAsync(NodeReport report, CancellationToken cancellationToken) =>
        CallAsync<NodeReport, ReportAnswer>("report", report, Strictness.Call, cancellationToken);

    /// <inheritdoc/>
    public async Task SendReadingsAsync(NodeReadings readings, CancellationToken cancellationToken) =>
        await PostAsync("readings", readings, Strictness.Call, cancellationToken);

    /// <inheritdoc/>
    public async Task LeaveAsync(string node, string session, LeaveReason reason, CancellationToken cancellationToken) =>
        await PostAsync("leave", new Farewell(node, session, reason), Strictness.Call, cancellationToken);

    /// <inheritdoc/>
    public async Task SendLogAsync(string requestId, Stream content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"logs/{Uri.EscapeDataString(requestId)}") { Content = new LiveContent(content) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Headers.ExpectContinue = true; // A reader who has gone already is heard of before the first byte.
        using var response = await SendAsync(request, Strictness.Call, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeclineLogAsync(string requestId, string reason, CancellationToken cancellationToken) =>
        await PostAsync($"logs/{Uri.EscapeDataString(requestId)}/decline", new LogDecline(reason), Strictness.Call, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentOrder> OrdersAsync(string node, string session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"nodes/{Uri.EscapeDataString(node)}/orders?session={Uri.EscapeDataString(session)}");
        request.Headers.Accept.Add(new("text/event-stream"));
        using var response = await SendAsync(request, Strictness.Call, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var watched = new WatchedStream(body, Silence, this.time);
        await using var events = SseParser.Create(watched, Parse).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events))
        {
            if (events.Current.Data is { } order)
            {
                yield return order;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static AgentOrder? Parse(string type, ReadOnlySpan<byte> data) => type switch
    {
        "desired" => new(Desired: AgentJson.Read<DesiredTasks>(data)),
        "log" => new(Log: AgentJson.Read<LogRequest>(data)),
        _ => null, // Of a later version.
    };

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<AgentOrder?>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException or TimeoutException)
        {
            throw new ControlPlaneException($"the stream of orders broke off: {e.Message}", ControlPlaneFailure.Unavailable, e);
        }
    }

    private async Task<TAnswer> CallAsync<TMessage, TAnswer>(string path, TMessage message, Strictness strictness, CancellationToken cancellationToken)
    {
        var body = await PostAsync(path, message, strictness, cancellationToken);
        try
        {
            return AgentJson.Read<TAnswer>(body);
        }
        catch (JsonException e)
        {
            throw new ControlPlaneException($"{http.BaseAddress}{path} gave an answer that is not of the agent protocol: {e.Message}", ControlPlaneFailure.Unavailable, e);
        }
    }

    private async Task<byte[]> PostAsync<TMessage>(string path, TMessage message, Strictness strictness, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, this.time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(AgentJson.Write(message)) };
        request.Content.Headers.ContentType = new("application/json");
        try
        {
            using var response = await SendAsync(request, strictness, either.Token);
            return await response.Content.ReadAsByteArrayAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ControlPlaneException($"{http.BaseAddress}{path} did not answer within {CallTimeout.TotalSeconds} s", ControlPlaneFailure.Unavailable, e);
        }
        catch (HttpRequestException e) // The answer broke off.
        {
            throw new ControlPlaneException($"{http.BaseAddress}{path}: {e.Message}", ControlPlaneFailure.Unavailable, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Strictness strictness, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ControlPlaneException($"{http.BaseAddress} cannot be reached: {e.Message}", ControlPlaneFailure.Unavailable, e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await FailureOf(response, strictness, cancellationToken);
        }
    }

    private async Task<ControlPlaneException> FailureOf(HttpResponseMessage response, Strictness strictness, CancellationToken cancellationToken)
    {
        var refused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || (strictness is Strictness.Registration && response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity);
        var said = response.StatusCode is HttpStatusCode.Unauthorized
            ? "the join token is not right; give --token what the control plane's /api/v1/join-token says"
            : await DetailOf(response, cancellationToken);
        return new($"{http.BaseAddress} answered {(int)response.StatusCode}: {said}", refused ? ControlPlaneFailure.Refused : ControlPlaneFailure.Unavailable);
    }

    /// <summary>The detail of RFC 9457 problem details, or the status in words.</summary>
    private static async Task<string> DetailOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var root = problem.RootElement;
            if (root.TryGetProperty("detail", out var detail) || root.TryGetProperty("title", out detail))
            {
                return detail.ToString();
            }
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or InvalidOperationException)
        {
            // Not problem details: a proxy's page, or nothing.
        }

        return response.ReasonPhrase ?? "no reason given";
    }

    private enum Strictness
    {
        /// <summary>A refusal may pass: the agent registers again.</summary>
        Call,

        /// <summary>A refusal is meant.</summary>
        Registration,
    }
}
