using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Cli.Client;

/// <summary>Calls the REST API; every refusal becomes a <see cref="CommandFailure"/> that a user can act on.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly ServerAddress address;
    private readonly HttpClient http;

    public ApiClient(ServerAddress address)
    {
        this.address = address;
        Url = address.Url.GetLeftPart(UriPartial.Authority);
        http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseCookies = false, UseProxy = false })
        {
            BaseAddress = address.Url,
            Timeout = Timeout.InfiniteTimeSpan, // Streams have no end; calls that have one are given AnswerTimeout.
        };
        if (address.Token is { } token)
        {
            SetToken(token);
        }
    }

    /// <summary>The base URL, as users write it.</summary>
    public string Url { get; }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, type, cancellationToken).ConfigureAwait(false);
    }

    public Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken) => ReadAsync(
        request,
        async (body, limit) => await JsonSerializer.DeserializeAsync(body, type, limit).ConfigureAwait(false) ?? throw NotDatahall("an empty answer"),
        cancellationToken);

    /// <summary>Reads an answer as it is, without the cost of types.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var document = await ReadAsync(
            request, (body, limit) => JsonDocument.ParseAsync(body, default, limit), cancellationToken).ConfigureAwait(false);
        return document.RootElement.Clone();
    }

    /// <summary>Sends a call whose answer says nothing that a verb needs.</summary>
    public async Task SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await SendForHeadersAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a stream; the caller disposes the response.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendForHeadersAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public static StringContent Json<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.Serialize(value, type), Encoding.UTF8, "application/json");

    public void Dispose() => http.Dispose();

    private async Task<T> ReadAsync<T>(
        HttpRequestMessage request, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTimeout);
        try
        {
            using var response = await SendForHeadersAsync(request, limit.Token).ConfigureAwait(false);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            return await read(body, limit.Token).ConfigureAwait(false);
        }
        catch (JsonException e)
        {
            throw NotDatahall(e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw CommandFailure.Refused($"the connection to {Url} was lost in the middle of the answer");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandFailure.Refused($"{Url} did not answer within {AnswerTimeout.TotalSeconds} s");
        }
    }

    private async Task<HttpResponseMessage> SendForHeadersAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && e.InnerException is TimeoutException)
        {
            throw Unreachable(e.InnerException);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw response.StatusCode is HttpStatusCode.Unauthorized
                ? Unauthorized()
                : await ApiRefusal.ReadAsync(request, response, cancellationToken).ConfigureAwait(false);
        }
    }

    private void SetToken(string token)
    {
        try
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        catch (FormatException)
        {
            throw CommandFailure.Usage($"the token of {this.address.TokenSource} has characters that no token has");
        }
    }

    private CommandFailure Unauthorized() => CommandFailure.Refused(this.address.Token is null
        ? $"{Url} wants a token, and there is none in {this.address.TokenSource}: give --token or DATAHALL_TOKEN, or --data with the server's data directory"
        : $"{Url} does not accept the token of {this.address.TokenSource}: give another with --token or DATAHALL_TOKEN, or --data with the server's data directory");

    private UnreachableFailure Unreachable(Exception e)
    {
        var why = e switch
        {
            { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
            { InnerException: SocketException socket } => socket.Message,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } => "it does not speak HTTP as a server of Datahall does",
            TimeoutException => "no connection within 5 s",
            _ => e.Message,
        };
        return new($"no server at {Url}: {why}. Start one with 'datahall up', or name another with --server or DATAHALL_SERVER");
    }

    private CommandFailure NotDatahall(string why) =>
        CommandFailure.Refused($"{Url} does not answer as a server of this version of Datahall does ({why}); check --server");
}
