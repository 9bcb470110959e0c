using System.Globalization;
using Spectre.Console;

namespace Datahall.Learning.Tracking.Reports;

/// <summary>Shows runs on a terminal.</summary>
internal static class RunTables
{
    /// <summary>One row a run: state, start, duration, steps, and the best value of each metric asked for.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="metrics">Names of metrics; empty for the first few that the runs have.</param>
    /// <param name="now">The time until which running ones count.</param>
    public static void WriteList(IAnsiConsole console, IReadOnlyList<RunRecord> runs, IReadOnlyList<string> metrics, DateTimeOffset now)
    {
        IReadOnlyList<string> shown = metrics.Count > 0
            ? metrics
            : [.. runs.SelectMany(run => run.Metrics.Keys).GroupBy(name => name).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(4).Select(group => group.Key)];
        var table = new Table().Border(TableBorder.Simple).AddColumns("run", "state", "started", "took", "steps");
        foreach (var name in shown)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        foreach (var run in runs)
        {
            string[] cells = [run.Name, Word(run.State), Time(run.Document.Started), Took(run.Duration(now)), Steps(run),
                .. shown.Select(name => run.Metrics.TryGetValue(name, out var series) ? Number(series.Best.Value) : "")];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    /// <summary>All of a run: where it comes from, its configuration and files, and a chart of each metric.</summary>
    public static void WriteRun(IAnsiConsole console, RunRecord run, DateTimeOffset now)
    {
        var facts = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        foreach (var (name, value) in RunFacts.Of(run, now))
        {
            facts.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        console.Write(facts);
        console.Write(Pairs("setting", "value", run.Document.Configuration.Select(setting => (setting.Key, setting.Value))));
        console.Write(Pairs("data", "bytes, XxHash128", run.Document.Data.Select(file => (file.Path, $"{file.Bytes}, {file.Xxh128}"))));
        console.Write(Pairs("artifact", "bytes, XxHash128", run.Document.Artifacts.Select(file => (file.Path, $"{file.Bytes}, {file.Xxh128}"))));
        foreach (var series in run.Metrics.Values)
        {
            console.WriteLine($"{series.Name}: last {Number(series.Last)}, best {Number(series.Best.Value)} at step {series.Best.Step}");
            console.WriteLine(TextChart.Draw([series], console.Profile.Width - 1));
        }
    }

    /// <summary>Runs side by side: the settings and data that differ, the best value of each metric, and charts with a mark for each run.</summary>
    public static void WriteComparison(IAnsiConsole console, IReadOnlyList<RunRecord> runs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        for (var i = 0; i < runs.Count; i++)
        {
            table.AddColumn(Markup.Escape($"{TextChart.MarkOf(i)} {runs[i].Name}"));
        }

        foreach (var row in RunComparison.Rows(runs))
        {
            table.AddRow([Markup.Escape(row.Name), .. row.Values.Select((value, i) => row.Best == i ? $"[bold]{Markup.Escape(value)} *[/]" : Markup.Escape(value))]);
        }

        console.Write(table);
        foreach (var name in RunComparison.MetricNames(runs))
        {
            console.WriteLine(name);
            console.WriteLine(TextChart.Draw([.. runs.Select(run => run.Metrics.GetValueOrDefault(name))], console.Profile.Width - 1));
        }
    }

    public static string Word(RunState state) => state.ToString().ToLowerInvariant();

    public static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Took(TimeSpan? duration) => duration is { } took
        ? took.ToString(took.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture)
        : "";

    private static string Steps(RunRecord run) =>
        run.Metrics.Count == 0 ? "0" : run.Metrics.Values.Max(series => series.Points[^1].Step).ToString(CultureInfo.InvariantCulture);

    private static Table Pairs(string name, string value, IEnumerable<(string, string)> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(name, value);
        foreach (var (left, right) in rows)
        {
            table.AddRow(Markup.Escape(left), Markup.Escape(right));
        }

        return table;
    }
}
