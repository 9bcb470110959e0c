using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Stores;
using Datahall.StoreContract;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Tests.Stores;

/// <summary>The file: whose it is, what it may hold, what happens when the disk is full.</summary>
public sealed class SqliteStoreFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("datahall-store-").FullName;

    private string FilePath => Path.Combine(directory, "store.db");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task OpenAsync_makes_a_file_that_only_its_owner_may_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        var path = Path.Combine(directory, "data", "store.db");

        await using var store = await SqliteStore.OpenAsync(path, new(), Cancelled);
        await store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(Directory.GetFiles(Path.Combine(directory, "data")), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(directory, "data")));
    }

    [Fact]
    public async Task OpenAsync_refuses_a_second_writer_and_names_the_first()
    {
        await using var first = await SqliteStore.OpenAsync(FilePath, new(), Cancelled);

        var refused = await Assert.ThrowsAsync<IOException>(() => SqliteStore.OpenAsync(FilePath, new(), Cancelled));

        Assert.Contains($"{FilePath} is open in process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Null(await first.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));
    }

    [Fact]
    public async Task OpenAsync_refuses_a_newer_schema_and_says_what_to_do()
    {
        await (await SqliteStore.OpenAsync(FilePath, new(), Cancelled)).DisposeAsync();
        Execute("UPDATE meta SET value = 7 WHERE key = 'schema'");

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SqliteStore.OpenAsync(FilePath, new(), Cancelled));

        Assert.Contains("newer Datahall (store schema 7; this one knows 1): run that version again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_refuses_another_programs_database_and_leaves_it_alone()
    {
        Execute("CREATE TABLE theirs(x)");

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SqliteStore.OpenAsync(FilePath, new(), Cancelled));

        Assert.Contains("another program's SQLite database", refused.Message, StringComparison.Ordinal);
        Execute("INSERT INTO theirs VALUES (1)");
    }

    [Fact]
    public async Task OpenAsync_refuses_a_file_that_is_no_database()
    {
        await File.WriteAllTextAsync(FilePath, new string('x', 5000), Cancelled);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SqliteStore.OpenAsync(FilePath, new(), Cancelled));

        Assert.Contains("not even an SQLite database", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(FilePath, Cancelled));
    }

    [Fact]
    public async Task OpenAsync_refuses_a_damaged_file()
    {
        await (await SqliteStore.OpenAsync(FilePath, new(), Cancelled)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(FilePath, Cancelled);
        bytes.AsSpan(100, 3000).Fill(0xee);
        await File.WriteAllBytesAsync(FilePath, bytes, Cancelled);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SqliteStore.OpenAsync(FilePath, new(), Cancelled));

        Assert.Contains("the file is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_says_when_the_directory_cannot_be_made()
    {
        await File.WriteAllTextAsync(FilePath, "", Cancelled);

        await Assert.ThrowsAsync<IOException>(() => SqliteStore.OpenAsync(Path.Combine(FilePath, "store.db"), new(), Cancelled));
    }

    [Fact]
    public async Task WriteAsync_on_a_full_disk_writes_nothing_and_goes_on_when_there_is_room()
    {
        await using var store = await SqliteStore.OpenAsync(FilePath, new() { MaxBytes = 512 * 1024 }, Cancelled);
        IOException? full = null;
        var big = new string('x', 20_000);
        while (full is null)
        {
            var revision = store.Revision + 1;
            full = await Record.ExceptionAsync(() => store.WriteAsync(Pair(revision, big), Cancelled)) as IOException;
        }

        var held = (await store.ListAsync(null, Cancelled)).Count;
        var count = store.Revision;
        Assert.Contains($"{FilePath}: the disk, or the size the store may have, is full", full.Message, StringComparison.Ordinal);
        Assert.Equal(2 * count, held);
        var room = A.Batch(count + 1, A.Delete("a1", 1), A.Delete("b1", 1), A.Delete("a2", 2), A.Delete("b2", 2));
        Assert.Null(await store.WriteAsync(room, Cancelled));
        Assert.Null(await store.WriteAsync(Pair(count + 2, big), Cancelled));
    }

    [Fact]
    public async Task A_batch_that_the_disk_refuses_is_not_seen_by_watches()
    {
        await using var store = await SqliteStore.OpenAsync(FilePath, new() { MaxBytes = 256 * 1024 }, Cancelled);
        await using var watch = store.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = watch.MoveNextAsync();

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Pair(1, new string('x', 400_000)), Cancelled));
        await store.WriteAsync(A.Batch(1, A.Create("small", 1)), Cancelled);

        Assert.True(await next);
        Assert.Equal("queue/small", watch.Current.Key.ToString());
    }

    [Fact]
    public async Task WriteAsync_tells_when_another_program_has_locked_the_file_and_goes_on_afterwards()
    {
        await using var store = await SqliteStore.OpenAsync(FilePath, new() { LockPatience = TimeSpan.FromMilliseconds(20) }, Cancelled);
        using (var other = Connect())
        {
            using var transaction = other.BeginTransaction();

            var refused = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));

            Assert.Contains("another program has locked the file", refused.Message, StringComparison.Ordinal);
        }

        Assert.Null(await store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled));
    }

    [Fact]
    public async Task Another_program_can_read_the_file_meanwhile()
    {
        await using var store = await SqliteStore.OpenAsync(FilePath, new(), Cancelled);
        await store.WriteAsync(new(1, [A.Create("a", 1)], [A.Event(1, "a", EventSeverity.Warning)]), Cancelled);

        using var other = Connect();

        Assert.Equal(Text(A.Queue("a", 1)), Scalar(other, "SELECT CAST(payload AS TEXT) FROM resource WHERE kind = 'Queue' AND name = 'a'"));
        Assert.Equal("2026-03-01T12:00:00.1230001Z warning", Scalar(other, "SELECT time || ' ' || severity FROM event"));
    }

    [Fact]
    public async Task A_resource_of_an_unknown_form_is_named_when_it_is_read()
    {
        await using (var store = await SqliteStore.OpenAsync(FilePath, new(), Cancelled))
        {
            await store.WriteAsync(A.Batch(1, A.Create("a", 1)), Cancelled);
        }

        Execute("UPDATE resource SET payload = CAST('{\"kind\":\"Comet\"}' AS BLOB)");
        await using var reopened = await SqliteStore.OpenAsync(FilePath, new(), Cancelled);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => reopened.GetAsync(A.Key("a"), Cancelled));

        Assert.Contains("queue/a", refused.Message, StringComparison.Ordinal);
    }

    private static WriteBatch Pair(long revision, string mark) =>
        A.Batch(revision, A.Create($"a{revision}", revision, mark), A.Create($"b{revision}", revision, mark));

    private static string Text(Queue queue) => System.Text.Encoding.UTF8.GetString(ResourceJson.Write(queue));

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        Scalar(connection, sql);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The tests' own words.")]
    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
