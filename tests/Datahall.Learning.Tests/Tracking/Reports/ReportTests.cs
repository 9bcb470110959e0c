using System.Xml.Linq;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tracking.Reports;
using Spectre.Console;

namespace Datahall.Learning.Tests.Tracking.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly TestFolder folder = new();

    public ReportTests()
    {
        Runs.Make(folder.File("a"), Runs.Noon, "4", (10, "eval/f1", 0.25), (20, "eval/f1", 0.75), (20, "train/loss", 0.5));
        Runs.Make(folder.File("b<"), Runs.Noon.AddDays(-1), "6", (10, "eval/f1", 0.5), (20, "eval/f1", 0.625), (20, "train/loss", 0.125));
    }

    private IReadOnlyList<RunRecord> Found => new RunStore(folder.Path).List();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Comparison_shows_what_differs_and_which_run_is_best()
    {
        Assert.Equal(
            ["state", "model.layers", "eval/f1", "train/loss"],
            RunComparison.Rows(Found).Select(row => row.Name));
        Assert.Equal([null, null, 0, 1], RunComparison.Rows(Found).Select(row => row.Best));
        Assert.Equal(["0.75 at 20", "0.625 at 20"], RunComparison.Rows(Found)[2].Values);
    }

    [Fact]
    public void List_has_a_row_for_each_run()
    {
        var lines = Print(console => RunTables.WriteList(console, Found, [], Runs.Noon)).Split('\n');

        Assert.Matches(@"a +finished +2026-03-01 12:00:00Z +00:02:00 +20 +0\.75 +0\.5", lines.Single(line => line.Contains("  a ")));
        Assert.Matches(@"b< +finished +2026-02-28 12:00:00Z +00:02:00 +20 +0\.625 +0\.125", lines.Single(line => line.Contains("b<")));
    }

    [Fact]
    public void A_run_and_a_comparison_print_facts_and_charts()
    {
        var run = Print(console => RunTables.WriteRun(console, Found[0], Runs.Noon));
        var comparison = Print(console => RunTables.WriteComparison(console, Found));

        Assert.Contains("0123456789abcdef, with changes", run);
        Assert.Contains("eval/f1: last 0.75, best 0.75 at step 20", run);
        Assert.Contains("0.75 at 20 *", comparison);
        Assert.DoesNotContain("seed", comparison);
        Assert.Contains("+ b<", comparison);
    }

    [Fact]
    public void TextChart_puts_each_value_where_it_belongs()
    {
        var rising = new MetricSeries("f1", [(0, 0), (50, 0.5), (100, 1)]);
        var flat = new MetricSeries("f1", [(0, 1), (100, double.NaN)]);

        var lines = TextChart.Draw([rising, flat], 40).Split('\n');

        Assert.Equal(12, lines.Count(line => line.Length > 0));
        Assert.StartsWith("       1 |+", lines[0]);
        Assert.EndsWith("*", lines[0]);
        Assert.StartsWith("       0 |*", lines[9]);
        Assert.EndsWith("100", lines[11]);
        Assert.Equal("  no finite values\n", TextChart.Draw([null, new MetricSeries("f1", [(1, double.NaN)])], 40));
    }

    [Fact]
    public void Page_is_well_formed_and_complete_in_itself()
    {
        var page = RunPage.Write(Found, Runs.Noon);

        var body = XDocument.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..].Replace("</html>", "", StringComparison.Ordinal));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.Equal(2, body.Descendants(svg + "svg").Count());
        Assert.Equal(2, body.Descendants(svg + "polyline").Count());
        Assert.Equal(2, body.Descendants(svg + "circle").Count());
        Assert.Contains(body.Descendants("td"), cell => cell.Value == "0.75 at 20" && (string?)cell.Attribute("class") == "best");
        Assert.DoesNotContain("src=", page);
        Assert.DoesNotContain("href=", page);
    }

    private static string Print(Action<IAnsiConsole> write)
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 120;
        write(console);
        return output.ToString();
    }
}
