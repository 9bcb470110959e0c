namespace Datahall.Learning.Tracking.Reports;

/// <summary>What tells runs apart.</summary>
internal static class RunComparison
{
    /// <summary>A row of the comparison: a value for each run, and which of them is the best, if that can be said.</summary>
    internal sealed record Row(string Name, IReadOnlyList<string> Values, int? Best);

    /// <summary>First state and commit, then settings and data that differ, then the best value of each metric.</summary>
    public static IReadOnlyList<Row> Rows(IReadOnlyList<RunRecord> runs) =>
    [
        new Row("state", [.. runs.Select(run => RunTables.Word(run.State))], null),
        .. Differing(runs, run => [new("commit", run.Document.Code.Commit ?? "none")]),
        .. Differing(runs, run => run.Document.Configuration),
        .. Differing(runs, run => run.Document.Data.Select(file => KeyValuePair.Create(file.Path, file.Xxh128))),
        .. MetricNames(runs).Select(name => MetricRow(runs, name)),
    ];

    public static IEnumerable<string> MetricNames(IReadOnlyList<RunRecord> runs) =>
        runs.SelectMany(run => run.Metrics.Keys).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<Row> Differing(IReadOnlyList<RunRecord> runs, Func<RunRecord, IEnumerable<KeyValuePair<string, string>>> read)
    {
        var values = runs.Select(run => read(run).DistinctBy(entry => entry.Key).ToDictionary()).ToList();
        foreach (var name in values.SelectMany(run => run.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            IReadOnlyList<string> row = [.. values.Select(run => run.GetValueOrDefault(name, ""))];
            if (row.Distinct().Count() > 1)
            {
                yield return new Row(name, row, null);
            }
        }
    }

    private static Row MetricRow(IReadOnlyList<RunRecord> runs, string name)
    {
        IReadOnlyList<MetricSeries?> series = [.. runs.Select(run => run.Metrics.GetValueOrDefault(name))];
        int? best = null;
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i] is { } candidate && !double.IsNaN(candidate.Best.Value)
                && (best is null || IsBetter(candidate, series[best.Value]!)))
            {
                best = i;
            }
        }

        return new Row(name, [.. series.Select(one => one is null ? "" : $"{RunTables.Number(one.Best.Value)} at {one.Best.Step}")], best);
    }

    private static bool IsBetter(MetricSeries candidate, MetricSeries known) =>
        candidate.LowIsBetter ? candidate.Best.Value < known.Best.Value : candidate.Best.Value > known.Best.Value;
}
