using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datahall.Server.Stores;

/// <summary>A prepared statement, used again and again by one thread at a time.</summary>
/// <remarks>
/// Stands on the native calls instead of <see cref="SqliteCommand"/>, which makes a reader for each run and copies each blob:
/// half of the writer's time. Parameters count from 1, columns from 0.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <exception cref="SqliteException">The SQL does not fit the database, or the database cannot be read.</exception>
    public Statement(sqlite3 database, string sql)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, parameter, value));
        return this;
    }

    /// <summary>Binds a number, or NULL for null.</summary>
    public Statement Bind(int parameter, double? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_double(statement, parameter, number) : raw.sqlite3_bind_null(statement, parameter));
        return this;
    }

    public Statement Bind(int parameter, string value)
    {
        Check(raw.sqlite3_bind_text(statement, parameter, value));
        return this;
    }

    /// <summary>Binds bytes, or NULL for null.</summary>
    public Statement Bind(int parameter, byte[]? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(statement, parameter) : raw.sqlite3_bind_blob(statement, parameter, value.AsSpan()));
        return this;
    }

    /// <summary>Goes to the next row; false, and ready for the next run, when there is none.</summary>
    /// <exception cref="SqliteException">The statement failed; it is ready for the next run.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        // Reset repeats the error of the step; made before the message is read, it would be the same.
        var failure = code == raw.SQLITE_DONE ? null : Failure(code);
        Reset();
        return failure is null ? false : throw failure;
    }

    /// <summary>Runs a statement that has no rows.</summary>
    public void Run() => Step();

    /// <summary>Leaves the rows that were not read.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A number, or null for NULL.</summary>
    public double? Real(int column) => IsNull(column) ? null : raw.sqlite3_column_double(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>The bytes of a column, SQLite's own: valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose() => statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    private SqliteException Failure(int code)
    {
        var message = raw.sqlite3_errmsg(database).utf8_to_string();
        var extended = raw.sqlite3_extended_errcode(database);
        return new(string.Create(CultureInfo.InvariantCulture, $"SQLite error {extended}: {message}"), code & 0xff, extended);
    }
}
