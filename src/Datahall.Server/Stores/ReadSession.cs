using System.Text.Json;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Stores;

/// <summary>A read-only connection and its statements. One thread's at a time.</summary>
internal sealed class ReadSession(Database database) : IDisposable
{
    private readonly Dictionary<string, Statement> statements = [];

    /// <summary>Reads one resource; null when there is none.</summary>
    public Resource? Get(ResourceKey key)
    {
        var get = Use("SELECT payload FROM resource WHERE kind = ? AND name = ? AND payload IS NOT NULL").Bind(1, key.Kind).Bind(2, key.Name);
        if (!get.Step())
        {
            return null;
        }

        try
        {
            return Read(get, 0, key);
        }
        finally
        {
            get.Reset();
        }
    }

    /// <summary>Reads the resources of a kind, or all, by kind and name.</summary>
    public List<Resource> List(string? kind, CancellationToken cancellationToken)
    {
        var list = kind is null
            ? Use("SELECT payload FROM resource WHERE payload IS NOT NULL ORDER BY kind, name")
            : Use("SELECT payload FROM resource WHERE kind = ? AND payload IS NOT NULL ORDER BY name").Bind(1, kind);
        var resources = new List<Resource>();
        try
        {
            while (list.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                resources.Add(Read(list, 0, null));
            }
        }
        finally
        {
            list.Reset();
        }

        return resources;
    }

    /// <summary>Reads the changes after a place in the order of revisions, coalesced to the last of each resource.</summary>
    /// <param name="after">Where to go on.</param>
    /// <param name="most">How many to read at most.</param>
    public ChangePage Changes(ChangePlace after, int most)
    {
        Use("BEGIN").Run();
        try
        {
            var page = Use(
                "SELECT kind, name, revision, payload, id FROM resource WHERE (revision, id) > (?, ?) ORDER BY revision, id LIMIT ?");
            page.Bind(1, after.Revision).Bind(2, after.Id).Bind(3, most + 1);
            var changes = new List<WatchEvent>();
            var last = after;
            var full = false;
            while (page.Step())
            {
                if (changes is [.., var previous] && previous.Revision == page.Int64(2))
                {
                    changes[^1] = previous with { Continues = true };
                }

                if (changes.Count == most)
                {
                    full = true;
                    page.Reset();
                    break;
                }

                var key = new ResourceKey(page.Text(0), page.Text(1));
                last = new(page.Int64(2), page.Int64(4));
                changes.Add(new(last.Revision, key, page.IsNull(3) ? null : Read(page, 3, key)));
            }

            return new(changes, full ? last : null, Meta("revision"), Meta("compacted"));
        }
        finally
        {
            Use("COMMIT").Run();
        }
    }

    /// <summary>Reads events, oldest first.</summary>
    public List<ControlEvent> Events(EventQuery query)
    {
        const string Select = "SELECT sequence, time, kind, name, severity, reason, message FROM event WHERE sequence > ?";
        const string Newest = " ORDER BY sequence DESC LIMIT ?";
        var read = query.About is { } about
            ? Use($"{Select} AND kind = ? AND name = ?{Newest}").Bind(1, query.After).Bind(2, about.Kind).Bind(3, about.Name).Bind(4, query.Newest)
            : Use($"{Select}{Newest}").Bind(1, query.After).Bind(2, query.Newest);
        var events = new List<ControlEvent>();
        while (read.Step())
        {
            events.Add(new(
                read.Int64(0),
                EventText.ToTime(read.Text(1)),
                new(read.Text(2), read.Text(3)),
                EventText.ToSeverity(read.Text(4)),
                read.Text(5),
                read.Text(6)));
        }

        events.Reverse();
        return events;
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        database.Dispose();
    }

    private long Meta(string key)
    {
        var meta = Use("SELECT value FROM meta WHERE key = ?").Bind(1, key);
        var value = meta.Step() ? meta.Int64(0) : 0;
        meta.Reset();
        return value;
    }

    private Statement Use(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statements[sql] = statement = database.Prepare(sql);
        }

        return statement;
    }

    private static Resource Read(Statement row, int column, ResourceKey? key)
    {
        try
        {
            return ResourceJson.Read(row.Blob(column));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"the store holds {key?.ToString() ?? "a resource"} in a form this Datahall does not read (was it written by another version?): {e.Message}", e);
        }
    }
}

/// <summary>A place in the order of revisions, and within one.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Id">The row's id; <see cref="long.MaxValue"/> for the end of the revision.</param>
internal readonly record struct ChangePlace(long Revision, long Id);

/// <summary>Some changes, as of one moment.</summary>
/// <param name="Changes">The changes, by revision.</param>
/// <param name="Rest">Where to go on; null when these are the last.</param>
/// <param name="Revision">The store's revision at that moment.</param>
/// <param name="Compacted">The revision through which deletions were forgotten at that moment.</param>
internal sealed record ChangePage(List<WatchEvent> Changes, ChangePlace? Rest, long Revision, long Compacted);
