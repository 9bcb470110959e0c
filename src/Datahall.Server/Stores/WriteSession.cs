using Datahall.Control.Store;
using Datahall.Model;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Stores;

/// <summary>The writer's statements and what it knows of the file. One thread's.</summary>
/// <remarks>
/// A batch is checked whole before its first row is written, so a conflict costs no savepoint: with one, SQLite copies every page
/// it changes.
/// </remarks>
internal sealed class WriteSession : IDisposable
{
    private readonly Database database;
    private readonly Statement begin;
    private readonly Statement commit;
    private readonly Statement find;
    private readonly Statement insert;
    private readonly Statement update;
    private readonly Statement append;
    private readonly Statement setRevision;
    private Row[] rows = new Row[16];
    private FileState state;

    public WriteSession(Database database)
    {
        this.database = database;
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        find = database.Prepare("SELECT id, revision, payload IS NULL FROM resource WHERE kind = ? AND name = ?");
        insert = database.Prepare("INSERT INTO resource(kind, name, revision, payload) VALUES (?, ?, ?, ?)");
        update = database.Prepare("UPDATE resource SET revision = ?, payload = ? WHERE id = ?");
        append = database.Prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)");
        setRevision = database.Prepare("UPDATE meta SET value = ? WHERE key = 'revision'");
        Committed = state = FileState.Read(database);
    }

    /// <summary>What the file holds, as of the last commit.</summary>
    public FileState Committed { get; private set; }

    /// <summary>Runs a transaction; when it throws, nothing has changed.</summary>
    /// <exception cref="SqliteException">The medium refused.</exception>
    public void InTransaction(Action<WriteSession> work)
    {
        database.Rollback(); // Nothing, unless the medium refused even that the last time.
        begin.Run();
        try
        {
            work(this);
            if (state.Revision != Committed.Revision)
            {
                setRevision.Bind(1, state.Revision).Run();
            }

            commit.Run();
            Committed = state;
        }
        catch
        {
            state = Committed;
            database.Rollback();
            throw;
        }
    }

    /// <summary>Writes a batch within the transaction, or finds why not and leaves it out whole.</summary>
    public void Write(PendingBatch pending)
    {
        var batch = pending.Batch;
        pending.Conflict = batch.Revision == state.Revision + 1
            ? Check(batch.Changes)
            : new(null, batch.Revision - 1, state.Revision);
        if (pending.Conflict is not null)
        {
            return;
        }

        if (batch.Events.Count > 0 && batch.Events[0].Sequence <= state.LastEvent)
        {
            pending.Refusal = new ArgumentException(
                $"batch {batch.Revision} has event {batch.Events[0].Sequence}, but the store's last one is {state.LastEvent}");
            return;
        }

        for (var i = 0; i < batch.Changes.Count; i++)
        {
            Put(batch.Changes[i].Key, batch.Revision, pending.Payloads[i], rows[i]);
        }

        foreach (var happened in batch.Events)
        {
            Append(happened);
        }

        state = state with { Revision = batch.Revision };
    }

    /// <summary>Forgets deletions through a revision, and all but the newest events, within the transaction.</summary>
    public void Compact(long throughRevision, int keepEvents)
    {
        using var forget = database.Prepare("DELETE FROM resource WHERE payload IS NULL AND revision <= ?");
        forget.Bind(1, throughRevision).Run();
        using var floor = database.Prepare("UPDATE meta SET value = max(value, ?) WHERE key = 'compacted'");
        floor.Bind(1, throughRevision).Run();
        var tombstones = database.Number("SELECT count(*) FROM resource WHERE payload IS NULL");
        state = state with { Deletions = tombstones, Events = Trim(state.Events - keepEvents) };
    }

    /// <summary>The revision through which the so many oldest deletions were made.</summary>
    public long RevisionOfOldDeletion(long count)
    {
        using var nth = database.Prepare("SELECT revision FROM resource WHERE payload IS NULL ORDER BY revision LIMIT 1 OFFSET ?");
        nth.Bind(1, count - 1);
        return nth.Step() ? nth.Int64(0) : 0;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { begin, commit, find, insert, update, append, setRevision })
        {
            statement.Dispose();
        }

        database.Dispose();
    }

    private WriteConflict? Check(IReadOnlyList<Change> changes)
    {
        if (rows.Length < changes.Count)
        {
            rows = new Row[changes.Count];
        }

        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            rows[i] = Find(change.Key);
            if (rows[i].Revision != change.ExpectedRevision)
            {
                return new(change.Key, change.ExpectedRevision, rows[i].Revision);
            }
        }

        return null;
    }

    private Row Find(ResourceKey key)
    {
        find.Bind(1, key.Kind).Bind(2, key.Name);
        if (!find.Step())
        {
            return default;
        }

        var deleted = find.Int64(2) != 0;
        var row = new Row(find.Int64(0), deleted ? 0 : find.Int64(1), deleted);
        find.Reset();
        return row;
    }

    private void Put(ResourceKey key, long revision, byte[]? payload, Row row)
    {
        if (row.Id != 0)
        {
            update.Bind(1, revision).Bind(2, payload).Bind(3, row.Id).Run();
        }
        else
        {
            insert.Bind(1, key.Kind).Bind(2, key.Name).Bind(3, revision).Bind(4, payload).Run();
        }

        if (payload is null != row.Deleted)
        {
            state = state with { Deletions = state.Deletions + (row.Deleted ? -1 : 1) };
        }
    }

    private void Append(ControlEvent happened)
    {
        append.Bind(1, happened.Sequence)
            .Bind(2, EventText.OfTime(happened.Time))
            .Bind(3, happened.About.Kind)
            .Bind(4, happened.About.Name)
            .Bind(5, EventText.OfSeverity(happened.Severity))
            .Bind(6, happened.Reason)
            .Bind(7, happened.Message)
            .Run();
        state = state with { LastEvent = happened.Sequence, Events = state.Events + 1 };
    }

    private long Trim(long excess)
    {
        if (excess > 0)
        {
            using var trim = database.Prepare(
                "DELETE FROM event WHERE sequence <= (SELECT sequence FROM event ORDER BY sequence LIMIT 1 OFFSET ?)");
            trim.Bind(1, excess - 1).Run();
        }

        return state.Events - Math.Max(excess, 0);
    }

    /// <summary>A key's row as it is.</summary>
    /// <param name="Id">Its id; 0 for none.</param>
    /// <param name="Revision">The resource's revision; 0 for none or a tombstone.</param>
    /// <param name="Deleted">Whether it is a tombstone.</param>
    private readonly record struct Row(long Id, long Revision, bool Deleted);
}
