using System.Diagnostics;
using System.Globalization;
using Datahall.Control.Store;
using Datahall.Server.Stores;
using Datahall.StoreCrash;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Tests.Stores;

/// <summary>
/// Kills a writing process again and again. <c>DATAHALL_CRASH_KILLS</c> says how often in all (default 200),
/// <c>DATAHALL_SEED</c> replays a choice of moments.
/// </summary>
public sealed class SqliteStoreCrashTests
{
    private const int Lanes = 2;

    [Fact]
    public async Task A_killed_writer_loses_no_acknowledged_batch_and_leaves_none_in_part()
    {
        var kills = Setting("DATAHALL_CRASH_KILLS", 200);
        var seed = Setting("DATAHALL_SEED", Environment.TickCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"DATAHALL_SEED={seed}");

        var lanes = Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => KillAsync(kills / Lanes, seed + lane)));
        var written = await Task.WhenAll(lanes);

        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {written.Sum()} batches");
        Assert.True(written.Sum() >= kills, $"DATAHALL_SEED={seed}: only {written.Sum()} batches were written between {kills} kills");
    }

    private static async Task<long> KillAsync(int kills, int seed)
    {
        var directory = Directory.CreateTempSubdirectory("datahall-crash-").FullName;
        var path = Path.Combine(directory, "store.db");
        var random = new Random(seed);
        long acknowledged = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            try
            {
                acknowledged = Math.Max(acknowledged, await RunAndKillAsync(path, random));
                if (kill == kills - 1 || random.Next(4) != 0) // Else the next writer meets the journal as the dead one left it.
                {
                    acknowledged = await CheckAsync(path, acknowledged);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"DATAHALL_SEED={seed}, kill {kill}, {path}: {e.Message}", e);
            }
        }

        Directory.Delete(directory, recursive: true);
        return acknowledged;
    }

    /// <returns>The last revision that was acknowledged; 0 for none.</returns>
    private static async Task<long> RunAndKillAsync(string path, Random random)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Datahall.StoreCrash");
        using var writer = Process.Start(new ProcessStartInfo(program, [path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var early = random.Next(8) == 0; // While it starts, makes or opens the file.
        var patience = TimeSpan.FromMilliseconds(early ? random.Next(60, 200) : 60_000);
        using var killer = new Timer(_ => writer.Kill(), null, patience, Timeout.InfiniteTimeSpan);
        var errors = writer.StandardError.ReadToEndAsync(CancellationToken.None);
        var left = random.Next(1, 120);
        long last = 0;
        while (await writer.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (long.TryParse(line, CultureInfo.InvariantCulture, out var revision))
            {
                last = Math.Max(last, revision); // A last line that is cut off is a lower number, and claims nothing false.
            }

            if (--left == 0)
            {
                killer.Change(TimeSpan.FromTicks(random.Next(30_000)), Timeout.InfiniteTimeSpan);
            }
        }

        await writer.WaitForExitAsync(CancellationToken.None);
        Assert.True(writer.ExitCode == 137, $"the writer ended by itself with {writer.ExitCode}: {await errors}");
        return last;
    }

    private static async Task<long> CheckAsync(string path, long acknowledged)
    {
        var damage = File.Exists(path) ? Integrity(path) : "ok";
        Assert.True(damage == "ok", $"integrity_check: {damage}");
        await using var store = await SqliteStore.OpenAsync(path, CrashWorkload.Options, CancellationToken.None);
        Assert.True(store.Revision >= acknowledged, $"revision {acknowledged} was acknowledged, but the store is at {store.Revision}");
        var events = await store.EventsAsync(new(0, null, int.MaxValue), CancellationToken.None);
        var first = Math.Max(1, store.Revision - events.Count + 1);
        Assert.True(events.Count >= Math.Min(store.Revision, CrashWorkload.Options.KeepEvents), $"only {events.Count} events");
        Assert.Equal(Enumerable.Range(0, events.Count).Select(i => first + i), events.Select(e => e.Sequence));
        await CheckGroupsAsync(store, events);
        return store.Revision;
    }

    /// <summary>Each caller's resources must be what its last event says, all of them.</summary>
    private static async Task CheckGroupsAsync(SqliteStore store, IReadOnlyList<ControlEvent> events)
    {
        var found = (await store.ListAsync(null, CancellationToken.None)).ToDictionary(r => r.Name, r => r.Revision);
        foreach (var last in events.GroupBy(e => e.About.Name).Select(g => g.Last()))
        {
            var caller = int.Parse(last.About.Name["caller".Length..], CultureInfo.InvariantCulture);
            for (var index = 0; index < CrashWorkload.Group; index++)
            {
                var name = CrashWorkload.Name(caller, index);
                var revision = found.GetValueOrDefault(name);
                var expected = last.Reason == "Deleted" ? 0 : last.Sequence;
                Assert.True(revision == expected, $"{name} is at {revision}, but batch {last.Sequence} ({last.Reason}) was the last of its caller");
            }
        }
    }

    private static string? Integrity(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        return check.ExecuteScalar() as string;
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : standard;
}
