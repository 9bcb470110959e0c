using System.Diagnostics;
using System.Globalization;
using Datahall.Server.Energy;
using Datahall.StoreCrash;

namespace Datahall.Server.Tests.Energy;

/// <summary>Kills a counting process again and again; <c>DATAHALL_SEED</c> replays a choice of moments.</summary>
public sealed class EnergyLedgerCrashTests
{
    private const int Kills = 20;

    [Fact]
    public async Task A_killed_ledger_has_every_acknowledged_record_once_and_none_in_part()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("DATAHALL_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"DATAHALL_SEED={seed}");
        var random = new Random(seed);
        var directory = Directory.CreateTempSubdirectory("datahall-ledger-").FullName;
        var path = Path.Combine(directory, "energy.db");
        var acknowledged = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged = Math.Max(acknowledged, await RunAndKillAsync(path, random));

            using var ledger = new EnergyLedger(path, new());
            var (job, node, site) = LedgerWorkload.JoulesIn(ledger);

            Assert.True(job == node && job == site, $"DATAHALL_SEED={seed}, kill {kill}: {job} J of the job, {node} J of the node, {site} J of the site");
            Assert.True(job >= acknowledged && job <= acknowledged + 1, $"DATAHALL_SEED={seed}, kill {kill}: {acknowledged} J were acknowledged, {job} J are there");
        }

        Assert.True(acknowledged >= Kills, $"DATAHALL_SEED={seed}: only {acknowledged} records between {Kills} kills");
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<long> RunAndKillAsync(string path, Random random)
    {
        using var writer = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Datahall.StoreCrash"), ["--ledger", path]) { RedirectStandardOutput = true })!;
        using var killer = new Timer(_ => writer.Kill(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        var left = random.Next(2, 40);
        var last = 0L;
        while (await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            last = long.TryParse(line, CultureInfo.InvariantCulture, out var count) ? Math.Max(last, count) : last; // A last line that is cut off is a lower number.
            if (--left == 0)
            {
                killer.Change(TimeSpan.FromTicks(random.Next(30_000)), Timeout.InfiniteTimeSpan);
            }
        }

        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        return last;
    }
}
