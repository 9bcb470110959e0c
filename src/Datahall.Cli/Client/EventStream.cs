using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;

namespace Datahall.Cli.Client;

/// <summary>Follows a stream of server-sent events over lost connections and restarts of the server.</summary>
internal sealed class EventStream(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Yields every message after a position; ends only with the token.</summary>
    /// <param name="path">The path with its query but for <c>after</c>.</param>
    /// <param name="after">The position to start after.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="CompactedFailure">The server no longer knows that position.</exception>
    /// <exception cref="CommandFailure">The first connection failed, or the server refused.</exception>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync(
        string path, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var position = after;
        var connectedBefore = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            using var response = await ConnectAsync(path, position, connectedBefore, cancellationToken).ConfigureAwait(false);
            if (response is not null)
            {
                connectedBefore = true;
                await foreach (var item in ReadAsync(response, cancellationToken).ConfigureAwait(false))
                {
                    position = long.TryParse(item.EventId, out var id) ? id : position;
                    yield return item;
                }
            }

            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Connects; null when the server is away for a while after it was there.</summary>
    private async Task<HttpResponseMessage?> ConnectAsync(string path, long position, bool wasConnected, CancellationToken cancellationToken)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        try
        {
            return await api.OpenAsync($"{path}{separator}after={position}", cancellationToken).ConfigureAwait(false);
        }
        catch (UnreachableFailure) when (wasConnected)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var items = SseParser.Create(body, static (_, data) => Encoding.UTF8.GetString(data))
            .EnumerateAsync(cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(items).ConfigureAwait(false))
        {
            yield return items.Current;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The server went away in the middle: the caller connects again.
            return false;
        }
    }
}
