using Datahall.Twin.Charts;

namespace Datahall.Twin.Energy;

/// <summary>Draws the runs of a scenario over time as SVG.</summary>
public static class ScenarioChart
{
    /// <summary>Draws; the same report gives the same text.</summary>
    public static string Svg(ScenarioReport report)
    {
        var (series, energy) = (report.Runs[0].Series, report.Runs[0].Energy);
        return new TimeChart(report.Name, $"{report.Site}: {report.Servers} servers in {report.Racks} racks", 0, energy.Seconds, "from the start")
        {
            Panels =
            [
                Panel(report, "power of the whole site, kW", static point => point.TotalWatts / 1000) with { FromZero = true },
                Panel(report, "PUE of each span", static point => point.ItWatts > 0 ? point.TotalWatts / point.ItWatts : double.NaN),
                Panel(report, "cooling, kW", static point => point.CoolingWatts / 1000) with { FromZero = true },
                new("supplied air and outdoor air, °C", [.. Curves(report, static point => point.SupplyCelsius), new("outdoor", [.. series.Points.Select(static point => point.OutdoorCelsius)])]),
                Panel(report, "hottest inlet above its limit, K (below 0: under it)", static point => point.WorstInletKelvin),
                Panel(report, "most loaded feed, % of its rating", static point => point.WorstFeedLoad * 100) with { FromZero = true },
            ],
        }.Svg();
    }

    private static ChartPanel Panel(ScenarioReport report, string label, Func<ScenarioPoint, double> value) => new(label, Curves(report, value));

    private static List<ChartCurve> Curves(ScenarioReport report, Func<ScenarioPoint, double> value) =>
        [.. report.Runs.Select(run => new ChartCurve(run.Policy, [.. run.Series.Points.Select(value)]))];
}
