using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Resources;

namespace Datahall.Server.Console.Events;

/// <summary>The newest events, newest first: read from the store once, then followed in memory.</summary>
/// <param name="cache">Where new ones are.</param>
/// <param name="store">Where older ones are.</param>
/// <param name="about">Only those of this resource; null for all.</param>
/// <param name="most">How many are kept.</param>
internal sealed class EventTail(ResourceCache cache, IResourceStore store, ResourceKey? about, int most)
{
    private long after = -1;

    /// <summary>The events.</summary>
    public IReadOnlyList<ControlEvent> Events { get; private set; } = [];

    /// <summary>Takes up what is new.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        var isFirst = after < 0;
        var newest = cache.Log.LastEvent; // Whatever it is about, what comes later is found in the log.
        var found = isFirst ? null : cache.Log.EventsAfter(after);
        found ??= await store.EventsAsync(new EventQuery(Math.Max(0, after), about, most), cancellationToken);
        // While the store was read, another call may have been here: nothing is taken twice.
        var fresh = found.Where(e => e.Sequence > after && (about is null || e.About == about)).ToList();
        after = Math.Max(after, found.Count > 0 ? Math.Max(newest, found[^1].Sequence) : newest);
        fresh.Reverse();
        Events = fresh.Count == 0 ? Events : [.. fresh.Concat(Events).Take(most)];
        return isFirst || fresh.Count > 0;
    }
}
