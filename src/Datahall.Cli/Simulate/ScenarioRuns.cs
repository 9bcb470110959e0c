using System.Diagnostics;
using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Energy.Metrics;
using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Twin.Energy;
using Datahall.Twin.Traces;

namespace Datahall.Cli.Simulate;

/// <summary>Runs a scenario file and writes its report.</summary>
internal static class ScenarioRuns
{
    public static void Run(Terminal terminal, string file, OutputFormat format, CancellationToken cancellationToken)
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

        if (format is OutputFormat.Json)
        {
            terminal.Out.WriteLine(ScenarioJson.Write(report));
        }
        else
        {
            WriteTable(terminal, scenario.Spec, report);
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
        terminal.Out.WriteLine(Text($"{report.Name}: {report.Site}, {report.Servers} servers in {report.Racks} racks, {spec.Length} from day {spec.StartDay} in steps of {spec.Step}"));
        var lines = ScenarioLines.Of(report);
        new TableText(terminal, ["", .. report.Runs.Select(static run => run.Policy.ToUpperInvariant())]).Write(
            [.. lines.Select(line => (IReadOnlyList<Cell>)[line.Name, .. report.Runs.Select(run => (Cell)line.Text(run))])]);
        var baseline = report.Runs[0];
        foreach (var run in report.Runs.Skip(1))
        {
            terminal.Out.WriteLine(Text(
                $"{run.Policy} against {baseline.Policy}: energy {Change(run, baseline, static e => e.Total)}, cooling {Change(run, baseline, static e => e.Cooling)}, server fans {Change(run, baseline, static e => e.ServerFans)}"));
            if (SavingLine(run, baseline) is { } line)
            {
                terminal.Out.WriteLine(line);
            }
        }
    }

    private static string Change(ScenarioRun run, ScenarioRun baseline, Func<EnergyAccount, double> part) =>
        part(baseline.Energy) > 0 ? Text($"{((part(run.Energy) / part(baseline.Energy)) - 1) * 100:+0.0;-0.0;0.0} %") : "-";

    // Where the difference in cooling energy comes from, in points of the baseline's cooling energy.
    private static string? SavingLine(ScenarioRun run, ScenarioRun baseline)
    {
        if (baseline.Energy.Cooling <= 0)
        {
            return null;
        }

        var (saving, whole) = (CoolingSaving.Of(run, baseline), baseline.Energy.Cooling / 100);
        return Text($"  of the cooling: free cooling {saving.ByFreeCooling / whole:+0.0;-0.0;0.0}, COP {saving.ByCop / whole:+0.0;-0.0;0.0}, unit fans {saving.ByUnitFans / whole:+0.0;-0.0;0.0}, tower and pumps {saving.ByTowerAndPumps / whole:+0.0;-0.0;0.0}; against it server fans {saving.ServerFans / whole:+0.0;-0.0;0.0}");
    }

    private static Line? Progress(Terminal terminal) => terminal.IsInteractive ? new(terminal) : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Line(Terminal terminal) : IProgress<double>
    {
        public void Report(double value) => terminal.Error.Write(Text($"\r\e[K{value * 100:0} %"));
    }
}
