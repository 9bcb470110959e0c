using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Stores;

/// <summary>The read connections: opened when first needed, used by turns.</summary>
internal sealed class StoreReaders(string path, SqliteStoreOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim room = new(options.Readers);
    private readonly ConcurrentStack<ReadSession> idle = [];
    private volatile bool closed;

    /// <summary>Reads in the caller's thread: for what takes microseconds.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<T> ReadAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(closed, typeof(SqliteStore));
        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(SqliteStore));
            return Read(read);
        }
        catch (SqliteException e)
        {
            throw StoreErrors.OfRead(path, e);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Reads in a thread of the pool: for what takes longer.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Task<T> ReadAsideAsync<T>(Func<ReadSession, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => ReadAsync(read, cancellationToken), cancellationToken);

    /// <summary>Waits for the reads that run, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        for (var i = 0; i < options.Readers; i++)
        {
            await room.WaitAsync().ConfigureAwait(false);
        }

        while (idle.TryPop(out var session))
        {
            session.Dispose();
        }

        room.Release(options.Readers); // Who still waits finds the store closed.
    }

    private T Read<T>(Func<ReadSession, T> read)
    {
        if (!idle.TryPop(out var session))
        {
            session = new(Database.OpenReader(path, options));
        }

        try
        {
            var result = read(session);
            idle.Push(session);
            return result;
        }
        catch (OperationCanceledException) // The reader left its statement reset.
        {
            idle.Push(session);
            throw;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
