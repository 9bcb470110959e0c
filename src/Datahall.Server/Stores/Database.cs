using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datahall.Server.Stores;

/// <summary>One connection to the store's file, used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection connection;

    private Database(SqliteConnection connection) => this.connection = connection;

    private sqlite3 Handle => connection.Handle ?? throw new ObjectDisposedException(nameof(Database));

    /// <summary>Opens the file, which exists, for the writer.</summary>
    /// <exception cref="SqliteException">It cannot be opened or is not a database.</exception>
    public static Database OpenWriter(string path, SqliteStoreOptions options)
    {
        var database = Open(path, SqliteOpenMode.ReadWrite, options);
        try
        {
            // The journal restarts at 16 MiB (4096 pages): a page changed often is copied into the database once, and the copying
            // (tens of milliseconds, in the commit that passes the mark) stays short. After a reader that held it up, it shrinks again.
            database.Execute("""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 4096;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA cache_size = -16384;
                """);
            if (options.MaxBytes is { } bytes)
            {
                var pages = Math.Max(1, bytes / database.Number("PRAGMA page_size"));
                database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for reading only.</summary>
    /// <exception cref="SqliteException">It cannot be opened or is not a database.</exception>
    public static Database OpenReader(string path, SqliteStoreOptions options) => Open(path, SqliteOpenMode.ReadOnly, options);

    public Statement Prepare(string sql) => new(Handle, sql);

    /// <summary>Runs statements whose rows, if any, do not matter.</summary>
    public void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The one number a query gives; 0 when it gives none.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Ends a transaction that failed; some failures end it by themselves.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
        {
            Execute("ROLLBACK");
        }
    }

    public void Dispose() => connection.Dispose();

    private static Database Open(string path, SqliteOpenMode mode, SqliteStoreOptions options)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, (int)options.LockPatience.TotalMilliseconds);
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
