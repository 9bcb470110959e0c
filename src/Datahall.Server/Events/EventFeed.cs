using System.Runtime.CompilerServices;
using System.Text.Json;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Http;
using Datahall.Server.Resources;

namespace Datahall.Server.Events;

/// <summary>Streams events as they happen: from memory while the reader keeps up, from the store when it begins further back.</summary>
internal sealed class EventFeed(ResourceCache cache, IResourceStore store)
{
    private const int PageSize = 10_000;

    /// <summary>Follows the events after a sequence number; ends only with the token.</summary>
    public async IAsyncEnumerable<StreamEvent> FollowAsync(
        ResourceKey? about, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = cache.Log.NextChange();
            var fromLog = cache.Log.EventsAfter(after);
            var events = fromLog ?? await store.EventsAsync(new EventQuery(after, about, PageSize), cancellationToken);
            foreach (var e in events)
            {
                if (about is null || e.About == about)
                {
                    yield return new("event", JsonSerializer.SerializeToUtf8Bytes(EventView.Of(e), ServerJson.Default.EventView), e.Sequence);
                }

                after = e.Sequence;
            }

            if (fromLog is null)
            {
                // The store was asked about one resource only: what it left out is behind us too.
                after = Math.Max(after, cache.Log.EventsBefore);
            }
            else if (events.Count == 0)
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }
}
