using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Stores;

/// <summary>The tables of the store's file, and whether a file is one.</summary>
internal static class Schema
{
    /// <summary>The version this program writes; it grows with each change of the tables.</summary>
    private const long Version = 1;

    /// <summary>"Dhal", in the file's header: tells our files from other programs'.</summary>
    private const long ApplicationId = 0x4468616c;

    /// <summary>The tables. A resource with a NULL payload is a tombstone: deleted at that revision, kept for watches that resume.</summary>
    private static string Tables { get; } = string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        CREATE TABLE resource(
          id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, payload BLOB, UNIQUE(kind, name));
        CREATE INDEX resource_revision ON resource(revision);
        CREATE INDEX resource_deleted ON resource(revision) WHERE payload IS NULL;
        CREATE TABLE event(
          sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
          severity TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL);
        PRAGMA application_id = {ApplicationId};
        INSERT INTO meta VALUES ('schema', {Version}), ('revision', 0), ('compacted', 0);
        """);

    /// <summary>Makes the tables in an empty file, or finds them.</summary>
    /// <exception cref="InvalidDataException">The file is another program's, or a newer Datahall's.</exception>
    /// <exception cref="SqliteException">The file cannot be read or is damaged.</exception>
    public static void Ensure(Database database, string path)
    {
        if (database.Number("SELECT count(*) FROM sqlite_schema") == 0 && database.Number("PRAGMA application_id") == 0)
        {
            Create(database);
            return;
        }

        if (database.Number("PRAGMA application_id") != ApplicationId)
        {
            throw new InvalidDataException(
                $"{path} is another program's SQLite database, not a Datahall store: name another file, or move this one away");
        }

        var found = database.Number("SELECT value FROM meta WHERE key = 'schema'");
        if (found != Version)
        {
            throw new InvalidDataException(
                $"{path} was written by a newer Datahall (store schema {found}; this one knows {Version}): run that version again, "
                + "or restore the backup that was made before the upgrade");
        }
    }

    /// <summary>The identity that was made with the store.</summary>
    public static string IdentityIn(Database database, string path)
    {
        using var identity = database.Prepare("SELECT value FROM meta WHERE key = 'identity'");
        return identity.Step()
            ? identity.Text(0)
            : throw new InvalidDataException($"{path} has lost its identity: restore a backup");
    }

    private static void Create(Database database)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            database.Execute(Tables);
            using var identity = database.Prepare("INSERT INTO meta VALUES ('identity', ?)");
            identity.Bind(1, Guid.NewGuid().ToString("N")).Run();
            database.Execute("COMMIT");
        }
        catch
        {
            database.Rollback();
            throw;
        }
    }
}
