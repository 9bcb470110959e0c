using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Energy.Consolidation;
using Datahall.Twin.Charts;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Vms;

namespace Datahall.Cli.Simulate;

/// <summary><c>simulate --vms</c>: virtual machines on hosts, and what gathering them on few saves.</summary>
internal sealed class VmRuns
{
    private const double JoulesPerKilowattHour = 3.6e6;

    private static readonly Dictionary<string, VmPolicy> Policies = new()
    {
        ["all-on"] = VmPolicy.AllOn,
        ["stay"] = VmPolicy.Stay,
        ["consolidate"] = VmPolicy.Consolidate,
    };

    private readonly Option<FileInfo?> vms = new("--vms") { Description = "Gather virtual machines on few hosts: CSV or .csv.gz, a row each, t0, t1, … in percent every 5 minutes", HelpName = "FILE" };
    private readonly Option<int?> hosts = new("--hosts") { Description = "--vms: how many hosts, half of each type (default 800)", HelpName = "N" };
    private readonly Option<double?> boot = new("--boot-seconds") { Description = "--vms: what waking a host takes (default 0)", HelpName = "SECONDS" };
    private readonly Option<bool> memory = new("--count-memory") { Description = "--vms: memory limits where machines go, not only where they begin" };

    public IEnumerable<Option> All => [vms, hosts, boot, memory];

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(vms) is not null;

    /// <exception cref="CommandFailure">An option or the file cannot be used.</exception>
    public int Run(Terminal terminal, ParseResult parsed, string? policy, string? chart, OutputFormat format)
    {
        var options = new VmReplayOptions(parsed.GetValue(hosts) ?? 800, parsed.GetValue(boot) ?? 0, parsed.GetValue(memory), new ConsolidationRules());
        var chosen = Chosen(policy, options);
        List<(string Name, VmReport Report)> runs;
        VmTrace trace;
        try
        {
            trace = VmTrace.Read(parsed.GetValue(vms)!.FullName);
            runs = [.. chosen.Select(pair => (pair.Key, VmReplay.Run(trace, pair.Value, options)))];
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }

        if (chart is not null)
        {
            ChartFile.Write(chart, new TimeChart(
                Text($"{trace.Count} virtual machines: power of their hosts"),
                string.Join("; ", runs.Select(static run => Text($"{run.Name}: {run.Report.Joules / JoulesPerKilowattHour:0.0} kWh"))),
                0,
                (trace.Samples - 1) * VmTrace.SampleSeconds,
                "from the start of the trace")
            {
                Panels = [new("kW", [.. runs.Select(static run => new ChartCurve(run.Name, [.. run.Report.Watts.Select(static w => w / 1000)]))]) { FromZero = true }],
            }.Svg());
        }

        if (format is OutputFormat.Json)
        {
            WriteJson(terminal, trace, options, runs);
        }
        else
        {
            terminal.Out.WriteLine(Text($"{trace.Count} machines, {trace.Samples} samples of 5 min, {options.Hosts} hosts; boot {options.BootSeconds} s, memory {(options.CountsMemory ? "counted" : "counted at the start")}"));
            new TableText(terminal, ["POLICY", "KWH", "MOVES", "WAKES", "MEAN HOSTS", "SLATAH %", "PDM %", "NOT SERVED %"]).Write([.. runs.Select(static run => Row(run.Name, run.Report))]);
        }

        return (int)ExitCode.Done;
    }

    private static List<KeyValuePair<string, VmPolicy>> Chosen(string? policy, VmReplayOptions options)
    {
        if (policy is not null && !Policies.ContainsKey(policy))
        {
            throw CommandFailure.Usage($"there is no policy '{policy}'{NameSuggestion.For(policy, Policies.Keys)} for --vms; there is {string.Join(", ", Policies.Keys)}");
        }

        if (options.Hosts is < 1 or > 100_000)
        {
            throw CommandFailure.Usage($"--hosts is {options.Hosts}; it must be 1 to 100000");
        }

        return options.BootSeconds is >= 0 and <= VmTrace.SampleSeconds
            ? [.. Policies.Where(pair => policy is null || pair.Key == policy)]
            : throw CommandFailure.Usage(Text($"--boot-seconds is {options.BootSeconds}; it must be 0 to {VmTrace.SampleSeconds}, the time between samples"));
    }

    private static Cell[] Row(string name, VmReport r) =>
    [
        name, Text($"{r.Joules / JoulesPerKilowattHour:0.00}"), Text($"{r.Moves}"), Text($"{r.Wakes}"), Text($"{r.MeanAwake:0.0}"),
        Text($"{r.OverloadShare * 100:0.00}"), Text($"{r.MoveLossShare * 100:0.000}"), Text($"{r.UnservedShare * 100:0.000}"),
    ];

    private static void WriteJson(Terminal terminal, VmTrace trace, VmReplayOptions options, List<(string Name, VmReport Report)> runs)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("machines", trace.Count);
            json.WriteNumber("samples", trace.Samples);
            json.WriteNumber("hosts", options.Hosts);
            json.WriteNumber("bootSeconds", options.BootSeconds);
            json.WriteBoolean("memoryCounted", options.CountsMemory);
            json.WriteStartArray("runs");
            foreach (var (name, report) in runs)
            {
                json.WriteStartObject();
                json.WriteString("policy", name);
                json.WriteNumber("kilowattHours", Math.Round(report.Joules / JoulesPerKilowattHour, 4));
                json.WriteNumber("moves", report.Moves);
                json.WriteNumber("wakes", report.Wakes);
                json.WriteNumber("meanHosts", Math.Round(report.MeanAwake, 3));
                json.WriteNumber("overloadShare", Math.Round(report.OverloadShare, 6));
                json.WriteNumber("moveLossShare", Math.Round(report.MoveLossShare, 8));
                json.WriteNumber("unservedShare", Math.Round(report.UnservedShare, 8));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
