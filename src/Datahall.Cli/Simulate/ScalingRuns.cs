using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Twin.Scaling;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Cli.Simulate;

/// <summary><c>simulate --autoscale</c>: the autoscaler on a trace of requests, against one that knows the future.</summary>
internal sealed class ScalingRuns
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<FileInfo?> autoscale = new("--autoscale")
    {
        Description = "Let a service's replicas follow a trace of requests, beside a scaler that knows the future: a CSV with TIMESTAMP, ContextTokens and GeneratedTokens",
        HelpName = "FILE",
    };

    private readonly Option<double?> objective = new("--objective") { Description = "--autoscale: how long 99 of 100 requests may take at most, in seconds (default 25)", HelpName = "SECONDS" };
    private readonly Option<double?> times = new("--times") { Description = "--autoscale: how many times over each request comes (default 8)", HelpName = "FACTOR" };
    private readonly Option<int?> start = new("--start-time") { Description = "--autoscale: how long a replica takes to become ready, in seconds (default 120)", HelpName = "SECONDS" };
    private readonly Option<int?> days = new("--days") { Description = "--autoscale: how many days like it came before, to predict from (default 0: no prediction)", HelpName = "N" };

    public IEnumerable<Option> All => [autoscale, objective, times, start, days];

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(autoscale) is not null;

    /// <exception cref="CommandFailure">An option or the file cannot be used.</exception>
    public int Run(Terminal terminal, ParseResult parsed, ulong seed, OutputFormat format, CancellationToken cancellationToken)
    {
        var scenario = Scenario(parsed, seed);
        ScalingReport report;
        try
        {
            report = ScalingSimulation.Run(RequestTrace.Read(parsed.GetValue(autoscale)!.FullName), scenario, cancellationToken);
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }

        if (format is OutputFormat.Json)
        {
            var decisions = report.Decisions.Select(static made => new { made.Second, made.Decision.Replicas, made.Decision.Reason });
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { report.Ratio, report.Scaler, report.Clairvoyant, decisions }, json));
        }
        else
        {
            Write(terminal, scenario, report);
        }

        return (int)ExitCode.Done;
    }

    private ScalingScenario Scenario(ParseResult parsed, ulong seed)
    {
        var (seconds, before) = (parsed.GetValue(objective) ?? 25, parsed.GetValue(days) ?? 0);
        var scenario = new ScalingScenario
        {
            Load = parsed.GetValue(times) ?? 8,
            StartSeconds = parsed.GetValue(start) ?? 120,
            Days = before,
            Seed = seed,
            Autoscale = ScalingScenario.Follow(seconds, before),
        };
        return (seconds, scenario) switch
        {
            (not (> 0 and <= 3600), _) => throw CommandFailure.Usage(Text($"--objective is {seconds}; it must be above 0 and at most 3600")),
            (_, { Load: not (> 0 and <= 100) }) => throw CommandFailure.Usage(Text($"--times is {scenario.Load}; it must be above 0 and at most 100")),
            (_, { StartSeconds: < 0 or > 1800 }) => throw CommandFailure.Usage($"--start-time is {scenario.StartSeconds}; it must be 0 to 1800"),
            (_, { Days: < 0 or > 14 }) => throw CommandFailure.Usage($"--days is {scenario.Days}; it must be 0 to 14"),
            _ => scenario,
        };
    }

    private static void Write(Terminal terminal, ScalingScenario scenario, ScalingReport report)
    {
        terminal.Out.WriteLine(Text(
            $"{report.Scaler.Requests} requests, {scenario.Quantile:0.##%} within {scenario.TargetSeconds} s; a replica starts in {scenario.StartSeconds} s; {scenario.Days} days before"));
        IReadOnlyList<Cell> Row(string name, ScalingRun run) =>
        [
            name, Text($"{run.Kept:0.000%}"), Text($"{run.QuantileSeconds:0.0}"), Text($"{run.ReplicaHours:0.00}"), Text($"{run.Replicas.Max()}"), Text($"{run.Starts}"), Text($"{run.Turns}"),
        ];
        new TableText(terminal, ["", "WITHIN", "P99 S", "REPLICA-HOURS", "MOST", "STARTS", "TURNS"]).Write([Row("autoscaler", report.Scaler), Row("clairvoyant", report.Clairvoyant)]);
        terminal.Out.WriteLine(Text($"replica-hours against the clairvoyant's: {report.Ratio:0.000}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
