using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Datahall.Energy.Attribution;
using Datahall.Energy.Metrics;
using Datahall.Server.Energy;

namespace Datahall.StoreCrash;

/// <summary>Counts joules into an energy ledger: one to the job, the node and the site in each record.</summary>
internal static class LedgerWorkload
{
    private static readonly DateTimeOffset Time = new(2026, 5, 1, 12, 30, 0, TimeSpan.Zero);

    /// <summary>The hour that is counted into.</summary>
    public static long Hour => EnergyLedger.HourOf(Time);

    /// <summary>Counts on from what the ledger holds, and writes a line for each record that was acknowledged.</summary>
    [DoesNotReturn]
    public static void WriteForever(string path)
    {
        using var ledger = new EnergyLedger(path, new());
        var count = JoulesIn(ledger).Job;
        Console.WriteLine("ready");
        while (true)
        {
            ledger.Add(new ShareKey(Hour, "lab", "EUR", "job", "a", "q"), new() { It = 1, Facility = 2 });
            ledger.Add(new ShareKey(Hour, "lab", "EUR", "node", "n", ""), new EnergyShare { It = 1 });
            ledger.Add(new SiteKey(Hour, "lab", "EUR", true, true), new SiteEnergy(new EnergyAccount { Seconds = 1, Compute = 1 }, 0));
            ledger.Record(Time);
            Console.WriteLine((++count).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What the ledger holds, in joules.</summary>
    public static (double Job, double Node, double Site) JoulesIn(EnergyLedger ledger) => ledger.Read(static reader =>
    (
        reader.SharesBy(ReportBy.Job, Hour, Hour + 1, null).Sum(static row => row.Energy.It),
        reader.SharesBy(ReportBy.Node, Hour, Hour + 1, null).Sum(static row => row.Energy.It),
        reader.SitesOf(Hour, Hour + 1, null).Sum(static site => site.Energy.Account.Compute)));
}
