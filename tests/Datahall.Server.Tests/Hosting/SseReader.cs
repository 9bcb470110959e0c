using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Datahall.Server.Tests.Hosting;

/// <summary>Reads a stream of server-sent events; waiting for one is bounded.</summary>
internal sealed class SseReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpResponseMessage response;
    private readonly SseParser<string> parser;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private SseReader(HttpResponseMessage response, Stream body)
    {
        this.response = response;
        parser = SseParser.Create(body);
        items = parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public static async Task<SseReader> OpenAsync(HttpClient http, string path, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is { } id)
        {
            request.Headers.Add("Last-Event-ID", $"{id}");
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, RunningServer.Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {response.StatusCode}");
        return new(response, await response.Content.ReadAsStreamAsync(RunningServer.Cancelled));
    }

    /// <summary>The next event: its name, its id (null when it carries none) and its data.</summary>
    public async Task<(string Name, long? Id, JsonElement Data)> NextAsync()
    {
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Patience, RunningServer.Cancelled), "the stream ended");
        var item = items.Current;
        return (item.EventType, item.EventId is { Length: > 0 } id ? long.Parse(id, System.Globalization.CultureInfo.InvariantCulture) : null, JsonElement.Parse(item.Data));
    }

    /// <summary>Whether the stream has ended, rather than sent another event.</summary>
    public async Task<bool> HasEndedAsync() => !await items.MoveNextAsync().AsTask().WaitAsync(Patience, RunningServer.Cancelled);

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
