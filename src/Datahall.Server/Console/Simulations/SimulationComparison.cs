using System.Globalization;
using Datahall.Server.Console.Figures;

namespace Datahall.Server.Console.Simulations;

/// <summary>Runs beside each other, each against the baseline of its own report.</summary>
/// <param name="Columns">A column for each run.</param>
/// <param name="Rows">A row for each figure that one of them has.</param>
internal sealed record SimulationComparison(IReadOnlyList<(SimulationReport Report, SimulationRun Run)> Columns, IReadOnlyList<ComparedFigure> Rows)
{
    private static readonly (string Key, Func<double, string> Format)[] Figures =
    [
        ("metrics.pue", static v => Amounts.Number(v, "0.0000")),
        ("energyKilowattHours.total", static v => Amounts.KilowattHours(v)),
        ("energyKilowattHours.it", static v => Amounts.KilowattHours(v)),
        ("energyKilowattHours.cooling", static v => Amounts.KilowattHours(v)),
        ("energyKilowattHours.serverFans", static v => Amounts.KilowattHours(v)),
        ("peakKilowatts", static v => Amounts.Watts(v * 1000)),
        ("cost", static v => Amounts.Number(v, "#,0.##")),
        ("carbonKilograms", static v => Amounts.Grams(v * 1000)),
        ("waterLitres", static v => Amounts.Number(v, "#,0")),
        ("metrics.wue", static v => Amounts.Number(v, "0.###")),
        ("metrics.ere", static v => Amounts.Number(v, "0.###")),
        ("meanSupplyCelsius", static v => Amounts.Celsius(v)),
        ("freeCoolingShare", static v => Amounts.Share(v)),
        ("inletViolationSeconds", static v => Amounts.Span(v)),
        ("feedOverloadSeconds", static v => Amounts.Span(v)),
        ("workLostShare", static v => Amounts.Share(v)),
        ("workUnservedShare", static v => Amounts.Share(v)),
        ("meanServersAsleep", static v => Amounts.Number(v, "0.#")),
        ("jobs.meanWaitSeconds", static v => Amounts.Span(v)),
        ("jobs.meanCompletionSeconds", static v => Amounts.Span(v)),
    ];

    /// <summary>Nothing.</summary>
    public static SimulationComparison Empty { get; } = new([], []);

    /// <summary>The keys of all figures, each of which has a text <c>figure.KEY</c>.</summary>
    public static IEnumerable<string> Keys => Figures.Select(static figure => figure.Key);

    /// <summary>Compares the runs of reports.</summary>
    public static SimulationComparison Of(IReadOnlyList<SimulationReport> reports)
    {
        var columns = reports.SelectMany(static report => report.Runs.Select(run => (report, run))).ToList();
        var rows = Figures
            .Where(figure => columns.Exists(column => column.run.Of(figure.Key) is not null))
            .Select(figure => new ComparedFigure(figure.Key, [.. columns.Select(column => CellOf(column.report, column.run, figure.Key, figure.Format))]));
        return new(columns, [.. rows]);
    }

    private static ComparedCell CellOf(SimulationReport report, SimulationRun run, string key, Func<double, string> format)
    {
        if (run.Of(key) is not { } value)
        {
            return new(Amounts.None, null);
        }

        var baseline = report.Runs[0].Of(key);
        var change = ReferenceEquals(run, report.Runs[0]) || baseline is null or 0 ? null : (value - baseline) / Math.Abs(baseline.Value);
        return new(format(value), change is { } c ? string.Create(CultureInfo.InvariantCulture, $"{100 * c:+0.0;-0.0;0.0} %") : null);
    }
}

/// <summary>A figure of several runs.</summary>
/// <param name="Key">Which.</param>
/// <param name="Cells">Its value in each run.</param>
internal sealed record ComparedFigure(string Key, IReadOnlyList<ComparedCell> Cells);

/// <summary>A value beside the baseline's.</summary>
/// <param name="Text">The value.</param>
/// <param name="Change">Its change against the baseline; null: it is the baseline, or that has none.</param>
internal sealed record ComparedCell(string Text, string? Change);
