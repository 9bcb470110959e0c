using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Tests.Hosting;

/// <summary>A store whose writes fail when a test says so.</summary>
internal sealed class FailingStore(IResourceStore inner) : IResourceStore
{
    /// <summary>What the next writes throw; null to write.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What the next writes answer instead of writing; null to write.</summary>
    public WriteConflict? Conflict { get; set; }

    public string Identity => inner.Identity;

    public long Revision => inner.Revision;

    public Task<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public Task<IReadOnlyList<Resource>> ListAsync(string? kind, CancellationToken cancellationToken) => inner.ListAsync(kind, cancellationToken);

    public Task<WriteConflict?> WriteAsync(WriteBatch batch, CancellationToken cancellationToken) =>
        Failure is { } failure ? Task.FromException<WriteConflict?>(failure)
        : Conflict is { } conflict ? Task.FromResult<WriteConflict?>(conflict)
        : inner.WriteAsync(batch, cancellationToken);

    public IAsyncEnumerable<WatchEvent> WatchAsync(long afterRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(afterRevision, cancellationToken);

    public Task CompactAsync(long throughRevision, int keepEvents, CancellationToken cancellationToken) =>
        inner.CompactAsync(throughRevision, keepEvents, cancellationToken);

    public Task<IReadOnlyList<ControlEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken) =>
        inner.EventsAsync(query, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
