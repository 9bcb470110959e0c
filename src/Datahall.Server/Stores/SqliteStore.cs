using System.Runtime.CompilerServices;
using Datahall.Control.Store;
using Datahall.Model;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Stores;

/// <summary>The store in one SQLite file, for one control plane.</summary>
/// <remarks>
/// <para>Each acknowledged batch has been flushed to the disk (write-ahead log, <c>synchronous=FULL</c>); batches that wait
/// together share one flush. Reads and watches never wait for the writer, nor it for them.</para>
/// <para>Other programs may read the file meanwhile: <c>sqlite3 -readonly FILE</c>. Copy it with sqlite3's <c>.backup</c>, not with <c>cp</c>.</para>
/// </remarks>
public sealed class SqliteStore : IResourceStore
{
    private const int PageOfChanges = 512;

    private readonly StoreWriter writer;
    private readonly StoreReaders readers;
    private readonly RecentChanges recent;
    private readonly IDisposable ownership;
    private int disposed;

    private SqliteStore(string path, string identity, SqliteStoreOptions options, WriteSession session, IDisposable ownership)
    {
        Identity = identity;
        this.ownership = ownership;
        recent = new(session.Committed.Revision, options.RecentChanges);
        readers = new(path, options);
        writer = new(path, options, session, recent);
    }

    /// <inheritdoc/>
    public string Identity { get; }

    /// <inheritdoc/>
    public long Revision => recent.Last;

    /// <summary>Opens a store, or makes it: file mode 0600, its directory 0700.</summary>
    /// <exception cref="IOException">The medium refused, or another process has the store open.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, another program's, or a newer Datahall's.</exception>
    public static Task<SqliteStore> OpenAsync(string path, SqliteStoreOptions options, CancellationToken cancellationToken) =>
        Task.Run(() => Open(Path.GetFullPath(path), options), cancellationToken);

    /// <inheritdoc/>
    public Task<Resource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) =>
        readers.ReadAsync(session => session.Get(key), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Resource>> ListAsync(string? kind, CancellationToken cancellationToken) =>
        await readers.ReadAsideAsync(session => session.List(kind, cancellationToken), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<WriteConflict?> WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        batch.ThrowIfInvalid();
        var pending = new PendingBatch(batch, cancellationToken);
        await writer.EnqueueAsync(pending, cancellationToken).ConfigureAwait(false);
        return await pending.Done.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = new Watch(afterRevision, Revision);
        var batches = new List<WatchEvent[]>();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (watch.InFile || !recent.TryRead(watch.Revision, batches, out var more))
            {
                var page = await readers.ReadAsideAsync(s => s.Changes(watch.Place, PageOfChanges), cancellationToken).ConfigureAwait(false);
                foreach (var change in watch.Take(page))
                {
                    yield return change;
                }

                continue;
            }

            if (batches.Count == 0)
            {
                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            foreach (var change in watch.Take(batches))
            {
                yield return change;
            }
        }
    }

    /// <inheritdoc/>
    public async Task CompactAsync(long throughRevision, int keepEvents, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepEvents, 1);
        var pending = new PendingCompaction(throughRevision, keepEvents, cancellationToken);
        await writer.EnqueueAsync(pending, cancellationToken).ConfigureAwait(false);
        await pending.Done.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ControlEvent>> EventsAsync(EventQuery query, CancellationToken cancellationToken) =>
        await readers.ReadAsideAsync(session => session.Events(query), cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what waits, ends reads and watches, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        recent.Close();
        await readers.DisposeAsync().ConfigureAwait(false); // Before the writer's: the last connection to close empties the journal.
        await writer.DisposeAsync().ConfigureAwait(false);
        ownership.Dispose();
    }

    private static SqliteStore Open(string path, SqliteStoreOptions options)
    {
        IDisposable? ownership = null;
        Database? database = null;
        try
        {
            ownership = StoreFile.Take(path);
            database = Database.OpenWriter(path, options);
            Schema.Ensure(database, path);
            return new(path, Schema.IdentityIn(database, path), options, new WriteSession(database), ownership);
        }
        catch (Exception e)
        {
            database?.Dispose();
            ownership?.Dispose();
            throw e switch
            {
                SqliteException failure => StoreErrors.OfOpen(path, failure),
                UnauthorizedAccessException => new IOException($"{path} may not be opened: mend the mode or the owner of it or its directory", e),
                _ => e,
            };
        }
    }
}
