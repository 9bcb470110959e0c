using System.Globalization;
using Datahall.Energy.Metrics;
using Datahall.Model;
using Datahall.Twin.Energy;

namespace Datahall.Cli.Simulate;

/// <summary>A line of a scenario's report.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Text">Its text for a run.</param>
internal sealed record ScenarioLine(string Name, Func<ScenarioRun, string> Text);

/// <summary>The lines of a scenario's report.</summary>
internal static class ScenarioLines
{
    private const double JoulesPerKilowattHour = 3.6e6;

    /// <summary>What was simulated, in a line.</summary>
    public static string Heading(ScenarioSpec spec, ScenarioReport report) =>
        Text($"{report.Name}: {report.Site}, {report.Servers} servers in {report.Racks} racks, {spec.Length} from day {spec.StartDay} in steps of {spec.Step}");

    /// <summary>How each run compares with the baseline, a sentence each.</summary>
    public static IEnumerable<string> Comparisons(ScenarioReport report)
    {
        var baseline = report.Runs[0];
        foreach (var run in report.Runs.Skip(1))
        {
            yield return Text(
                $"{run.Policy} against {baseline.Policy}: energy {Change(run, baseline, static e => e.Total)}, cooling {Change(run, baseline, static e => e.Cooling)}, server fans {Change(run, baseline, static e => e.ServerFans)}");
            if (baseline.Energy.Cooling > 0)
            {
                yield return SavingLine(run, baseline);
            }
        }
    }

    public static IEnumerable<ScenarioLine> Of(ScenarioReport report) =>
    [
        Energy("energy, kWh", static e => e.Total),
        Energy("  compute", static e => e.Compute),
        Energy("  server fans", static e => e.ServerFans),
        Energy("  server supplies", static e => e.SupplyLoss),
        Energy("  feeds", static e => e.RackLoss + e.PduLoss + e.UpsLoss),
        Energy("  unit fans", static e => e.UnitFans),
        Energy("  compressors", static e => e.Compressors),
        Energy("  tower and pumps", static e => e.TowerFans + e.Pumps),
        Energy("  other", static e => e.Other),
        Metric("PUE", static e => EnergyMetrics.Pue(e)),
        Metric("TUE", static e => EnergyMetrics.Tue(e)),
        Metric("ITUE", static e => EnergyMetrics.Itue(e)),
        Metric("CER", static e => EnergyMetrics.Cer(e)),
        Metric("WUE, l/kWh", static e => EnergyMetrics.Wue(e)),
        Metric("CUE, kg/kWh", static e => EnergyMetrics.Cue(e)),
        Metric("ERF", static e => EnergyMetrics.Erf(e)),
        .. ReuseLines(report),
        new("peak power, kW", static run => Number(run.PeakWatts / 1000)),
        new("  of boards, kW", static run => Number(run.PeakBoardWatts / 1000)),
        new("work lost to caps, %", static run => (run.WorkLostShare * 100).ToString("0.0", CultureInfo.InvariantCulture)),
        new("caps above limit, kW", static run => Number(run.BoardExcessWatts / 1000)),
        new("servers asleep, mean", static run => run.MeanAsleep.ToString("0.0", CultureInfo.InvariantCulture)),
        new("  wakes", static run => Number(run.Wakes)),
        new("  work not served, %", static run => (run.UnservedShare * 100).ToString("0.0", CultureInfo.InvariantCulture)),
        new("one more watt costs, W", static run => Price(run.Price!.Mean)),
        new("  least, W", static run => $"{Price(run.Price!.Lowest)} {run.Price.LowestRack}"),
        new("  most, W", static run => $"{Price(run.Price!.Highest)} {run.Price.HighestRack}"),
        new(report.Currency is { } currency ? $"cost, {currency}" : "cost", static run => Number(run.Energy.Cost)),
        new("carbon, kg", static run => Number(run.Energy.CarbonGrams / 1000)),
        new("water, l", static run => Number(run.Energy.WaterLitres)),
        .. report.Runs.Any(static run => run.Jobs is not null) ? Jobs : [],
        new("mean supply, C", static run => run.MeanSupplyCelsius.ToString("0.0", CultureInfo.InvariantCulture)),
        new("free cooling alone, %", static run => Number(run.FreeShare * 100)),
        new("heat by compressors, kWh", static run => Number(run.ChilledHeat / JoulesPerKilowattHour)),
        new("  at a COP of", static run => run.Energy.Compressors > 0 ? (run.ChilledHeat / run.Energy.Compressors).ToString("0.00", CultureInfo.InvariantCulture) : "-"),
        new("inlet above limit, min", static run => Number(run.ViolationSeconds / 60)),
        new("  first, h", static run => run.FirstViolationSeconds is { } first ? (first / 3600).ToString("0.00", CultureInfo.InvariantCulture) : "-"),
        new("  nearest to limit, K", static run => run.WorstInletKelvin.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture)),
        new("inlet too cold, min", static run => Number(run.Envelope.TooCold / 60)),
        new("  too humid, min", static run => Number(run.Envelope.TooHumid / 60)),
        new("  changing too fast, min", static run => Number(run.Envelope.TooFast / 60)),
        .. report.Runs.All(static run => run.ComponentKelvin is null)
            ? (ReadOnlySpan<ScenarioLine>)[]
            : [new("hottest component to limit, K", static run => run.ComponentKelvin?.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) ?? "-")],
        .. EmergencyLines.Of(report),
        new("unmet heat, kWh", static run => Number(run.UnmetHeat / JoulesPerKilowattHour)),
        new("feed above rating, s", static run => Number(run.OverloadSeconds)),
        new("  worst feed load, %", static run => Number(run.WorstFeedLoad * 100)),
        .. PowerLines(report),
    ];

    private static IEnumerable<ScenarioLine> Jobs =>
    [
        new("jobs ended", static run => Text($"{run.Jobs!.Ended} of {run.Jobs.Submitted}")),
        new("  mean wait, s", static run => Number(run.Jobs!.MeanWaitSeconds)),
        new("  mean completion, s", static run => Number(run.Jobs!.MeanCompletionSeconds)),
        new("  mean slow-down", static run => run.Jobs!.MeanSlowDown.ToString("0.000", CultureInfo.InvariantCulture)),
    ];

    private static string Change(ScenarioRun run, ScenarioRun baseline, Func<EnergyAccount, double> part) =>
        part(baseline.Energy) > 0 ? Text($"{((part(run.Energy) / part(baseline.Energy)) - 1) * 100:+0.0;-0.0;0.0} %") : "-";

    // Where the difference in cooling energy comes from, in points of the baseline's cooling energy.
    private static string SavingLine(ScenarioRun run, ScenarioRun baseline)
    {
        var (saving, whole) = (CoolingSaving.Of(run, baseline), baseline.Energy.Cooling / 100);
        return Text($"  of the cooling: free cooling {saving.ByFreeCooling / whole:+0.0;-0.0;0.0}, COP {saving.ByCop / whole:+0.0;-0.0;0.0}, unit fans {saving.ByUnitFans / whole:+0.0;-0.0;0.0}, tower and pumps {saving.ByTowerAndPumps / whole:+0.0;-0.0;0.0}; against it server fans {saving.ServerFans / whole:+0.0;-0.0;0.0}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<ScenarioLine> ReuseLines(ScenarioReport report) => report.Runs.All(static run => run.Energy.Reused == 0) ? [] :
    [
        Metric("  ERE", static e => EnergyMetrics.Ere(e)),
        Energy("  heat reused, kWh", static e => e.Reused),
        new("  sold for", static run => Number(run.HeatRevenue)),
    ];

    // Only where the scenario has them: others need not read them.
    private static IEnumerable<ScenarioLine> PowerLines(ScenarioReport report)
    {
        if (report.Runs.Any(static run => run.CappedSeconds > 0 || run.FeedExcessWatts > 0))
        {
            yield return new("feeds capped, min", static run => (run.CappedSeconds / 60).ToString("0.0", CultureInfo.InvariantCulture));
            yield return new("  floor above feeds, kW", static run => Number(run.FeedExcessWatts / 1000));
            yield return new("  work paused, %", static run => (run.WorkPausedShare * 100).ToString("0.0", CultureInfo.InvariantCulture));
            yield return new("  of it owed in the end, %", static run => (run.WorkPausedShare > 0 ? run.WorkOwedShare / run.WorkPausedShare * 100 : 0).ToString("0.0", CultureInfo.InvariantCulture));
        }

        for (var i = 0; i < report.Runs[0].DemandResponses.Count; i++)
        {
            var k = i;
            var hour = (report.Runs[0].DemandResponses[k].AtSeconds / 3600).ToString("0.##", CultureInfo.InvariantCulture);
            yield return new($"asked for less at {hour} h, kW", run => Number(run.DemandResponses[k].TargetWatts / 1000));
            yield return new("  shed, %", run => (run.DemandResponses[k].ShedShare * 100).ToString("0.0", CultureInfo.InvariantCulture));
            yield return new("  response, s", run => run.DemandResponses[k].ResponseSeconds is { } seconds ? Number(seconds) : "-");
            yield return new("  above target, s", run => Number(run.DemandResponses[k].AboveSeconds));
        }
    }

    private static ScenarioLine Energy(string name, Func<EnergyAccount, double> part) => new(name, run => Number(part(run.Energy) / JoulesPerKilowattHour));

    private static ScenarioLine Metric(string name, Func<EnergyAccount, Metric> metric) => new(name, run => metric(run.Energy).ToString());

    private static string Price(double wattsPerWatt) => wattsPerWatt.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
