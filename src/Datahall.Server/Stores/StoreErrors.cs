using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datahall.Server.Stores;

/// <summary>Says what a failure of SQLite means for the operator: where, what happened, what to do.</summary>
internal static class StoreErrors
{
    /// <summary>The failure of a write, of which nothing stays.</summary>
    public static IOException OfWrite(string path, SqliteException e) => new($"{path}: {Meaning(e)} (nothing was written; {e.Message})", e);

    /// <summary>The failure of a read.</summary>
    public static IOException OfRead(string path, SqliteException e) => new($"{path}: {Meaning(e)} ({e.Message})", e);

    /// <summary>The failure to open: what is wrong with the file itself is told apart from a medium that refused.</summary>
    public static Exception OfOpen(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new InvalidDataException(
            $"{path} is not a Datahall store: it is not even an SQLite database. Name another file, or move this one away", e),
        raw.SQLITE_CORRUPT or raw.SQLITE_ERROR => new InvalidDataException($"{path}: {Meaning(e)} ({e.Message})", e),
        _ => OfRead(path, e),
    };

    private static string Meaning(SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk, or the size the store may have, is full; free space, or delete and compact; the store goes on by itself",
        raw.SQLITE_IOERR => "the disk failed; look at the system's log, and at the space and the quota of the file system",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "the file, its directory or its file system may not be written; mend its mode, owner or mount",
        raw.SQLITE_CANTOPEN => "the file cannot be opened; look at its mode and owner, and at its directory's",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program has locked the file; end it (a backup, an sqlite3 shell), and try again",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR =>
            "the file is damaged; stop Datahall, keep a copy, and restore a backup or mend it with sqlite3's .recover",
        raw.SQLITE_NOMEM => "there is not enough memory",
        _ => "SQLite refused",
    };
}
