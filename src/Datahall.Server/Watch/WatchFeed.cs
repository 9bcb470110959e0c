using System.Runtime.CompilerServices;
using System.Text.Json;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Http;
using Datahall.Server.Resources;

namespace Datahall.Server.Watch;

/// <summary>Streams the changes of resources: from memory while the watch keeps up, from the store when it resumes from further back.</summary>
internal sealed class WatchFeed(ResourceCache cache, IResourceStore store, TimeProvider time)
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(2);

    /// <summary>Opens a stream.</summary>
    /// <param name="kind">Only this kind; null for all.</param>
    /// <param name="after">Only changes after this revision; null: first everything as it is.</param>
    /// <param name="cancellationToken">Ends the opening, not the stream.</param>
    /// <exception cref="CompactedException">What was deleted after that revision is forgotten.</exception>
    public async Task<IAsyncEnumerable<StreamEvent>> OpenAsync(string? kind, long? after, CancellationToken cancellationToken)
    {
        if (after is not { } revision)
        {
            return SnapshotThenFollowAsync(kind, CancellationToken.None);
        }

        if (cache.Log.After(revision) is null)
        {
            await ProbeAsync(revision, cancellationToken);
        }

        return FollowAsync(kind, revision, CancellationToken.None);
    }

    // The store says "compacted" with the first event only, and by then the answer's status would be sent.
    private async Task ProbeAsync(long revision, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var changes = store.WatchAsync(revision, ended.Token).GetAsyncEnumerator(ended.Token);
        var first = changes.MoveNextAsync().AsTask();
        await Task.WhenAny(first, Task.Delay(ProbeTime, time, ended.Token));
        await ended.CancelAsync();
        try
        {
            await first;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing came within the time: the revision is known, or it would have been refused at once.
        }
    }

    private async IAsyncEnumerable<StreamEvent> SnapshotThenFollowAsync(
        string? kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (revision, resources) = cache.Snapshot(kind);
        for (var i = 0; i < resources.Count; i++)
        {
            // In the order of revisions, so that a client that loses the connection half-way can resume after what it has.
            var resource = resources[i];
            var isLast = i + 1 == resources.Count || resources[i + 1].Revision != resource.Revision;
            yield return Event(resource.Revision, resource.Key, resource, isLast);
        }

        await foreach (var change in FollowAsync(kind, revision, cancellationToken))
        {
            yield return change;
        }
    }

    private async IAsyncEnumerable<StreamEvent> FollowAsync(
        string? kind, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = cache.Log.NextChange();
            var batches = cache.Log.After(after);
            if (batches is null)
            {
                var target = cache.Revision;
                await foreach (var change in CatchUpAsync(kind, after, target, cancellationToken))
                {
                    yield return change;
                }

                after = target;
                continue;
            }

            foreach (var batch in batches)
            {
                foreach (var change in EventsOf(batch, kind))
                {
                    yield return change;
                }

                after = batch.Revision;
            }

            if (batches.Count == 0)
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }

    // Without ids: the store sends a revision's changes one by one, and a client must not resume from between two of them.
    private async IAsyncEnumerable<StreamEvent> CatchUpAsync(
        string? kind, long after, long target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in store.WatchAsync(after, cancellationToken))
        {
            if (change.Revision > target)
            {
                yield break;
            }

            if (kind is null || change.Key.Kind == kind)
            {
                yield return Event(change.Revision, change.Key, change.Resource, isLast: false);
            }
        }
    }

    private static IEnumerable<StreamEvent> EventsOf(WriteBatch batch, string? kind)
    {
        var changes = kind is null ? batch.Changes : [.. batch.Changes.Where(change => change.Key.Kind == kind)];
        for (var i = 0; i < changes.Count; i++)
        {
            yield return Event(batch.Revision, changes[i].Key, changes[i].Resource, i + 1 == changes.Count);
        }
    }

    // The last change of a revision carries the id: resuming there loses none of the revision's other changes.
    private static StreamEvent Event(long revision, ResourceKey key, Resource? resource, bool isLast) => new(
        resource is null ? "delete" : "put",
        JsonSerializer.SerializeToUtf8Bytes(
            new WatchEventView(revision, key.Kind, key.Name, resource is null ? null : new(resource)), ServerJson.Default.WatchEventView),
        isLast ? revision : null);
}
