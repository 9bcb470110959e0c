using System.Diagnostics;
using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Twin.Energy;
using Datahall.Twin.Traces;

namespace Datahall.Cli.Simulate;

/// <summary>Runs a scenario file and writes its report.</summary>
internal static class ScenarioRuns
{
    public static void Run(Terminal terminal, string file, string? chart, OutputFormat format, CancellationToken cancellationToken)
    {
        var (scenario, site) = Read(file);
        var clock = Stopwatch.StartNew();
        ScenarioReport report;
        try
        {
            report = ScenarioSimulation.Run(scenario, site, Path.GetDirectoryName(Path.GetFullPath(file))!, Progress(terminal), cancellationToken);
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }
        finally
        {
            if (terminal.IsInteractive)
            {
                terminal.Error.Write("\r\e[K");
            }
        }

        if (chart is not null)
        {
            ChartFile.Write(chart, ScenarioChart.Svg(report));
        }

        switch (format)
        {
            case OutputFormat.Json:
                terminal.Out.WriteLine(ScenarioJson.Write(report));
                break;
            case OutputFormat.Html:
                terminal.Out.WriteLine(ScenarioHtml.Write(scenario.Spec, report));
                break;
            default:
                WriteTable(terminal, scenario.Spec, report);
                break;
        }

        terminal.Error.WriteLine(Text($"simulated in {clock.Elapsed.TotalSeconds:0.0} s")); // Apart: the report is the same each time.
    }

    private static (Scenario Scenario, Site Site) Read(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"-f: '{file}' cannot be read: {e.Message}");
        }

        var read = ScenarioReader.Read(file, bytes);
        if (!read.IsValid)
        {
            throw CommandFailure.Usage(
                read.Errors.Count == 1 ? "1 error in the scenario" : $"{read.Errors.Count} errors in the scenario",
                [.. read.Errors.Select(static error => error.ToString())]);
        }

        var (scenarios, sites) = (read.Resources.OfType<Scenario>().ToList(), read.Resources.OfType<Site>().ToList());
        return scenarios.Count == 1 && sites.Count == 1
            ? (scenarios[0], sites[0])
            : throw CommandFailure.Usage($"'{file}' holds {scenarios.Count} scenarios and {sites.Count} sites; a scenario file holds one 'kind: Scenario' and one 'kind: Site', parted by '---'");
    }

    private static void WriteTable(Terminal terminal, ScenarioSpec spec, ScenarioReport report)
    {
        terminal.Out.WriteLine(ScenarioLines.Heading(spec, report));
        new TableText(terminal, ["", .. report.Runs.Select(static run => run.Policy.ToUpperInvariant())]).Write(
            [.. ScenarioLines.Of(report).Select(line => (IReadOnlyList<Cell>)[line.Name, .. report.Runs.Select(run => (Cell)line.Text(run))])]);
        foreach (var sentence in ScenarioLines.Comparisons(report))
        {
            terminal.Out.WriteLine(sentence);
        }
    }

    private static Line? Progress(Terminal terminal) => terminal.IsInteractive ? new(terminal) : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Line(Terminal terminal) : IProgress<double>
    {
        public void Report(double value) => terminal.Error.Write(Text($"\r\e[K{value * 100:0} %"));
    }
}
