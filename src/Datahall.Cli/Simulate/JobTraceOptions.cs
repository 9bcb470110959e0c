using System.CommandLine;
using System.Globalization;
using Datahall.Cli.Targets;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Cli.Simulate;

/// <summary>The options of <c>simulate</c> that say how a trace of jobs is replayed.</summary>
internal sealed class JobTraceOptions
{
    private const double DefaultRestartSeconds = 60;
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly Dictionary<string, Durations> DurationNames = new()
    {
        ["unknown"] = Durations.Unknown,
        ["known"] = Durations.Known,
    };

    private static readonly Dictionary<string, StartCost> CostNames = new()
    {
        ["none"] = StartCost.None,
        ["restart"] = StartCost.Restart,
        ["artefact"] = StartCost.Artefact,
    };

    private readonly Option<FileInfo?> jobs = new("--jobs")
    {
        Description = "muri, philly, elasticflow: the job list (CSV)",
        HelpName = "FILE",
    };

    private readonly Option<string?> pool = new("--pool")
    {
        Description = "The nodes and GPUs of each, such as 72x8 (or --nodes FILE with name,gpus); muri is 8x8 unless said otherwise",
        HelpName = "NxG",
    };

    private readonly Option<string?> durations = Choice(
        "--durations", "Whether the policy is told how long jobs run (default unknown); sjf, srtf, srsf and fifo-backfill always are", DurationNames.Keys);

    private readonly Option<string?> overhead = Choice(
        "--overhead", "What starting jobs costs (default: restart; for srtf and srsf artefact on muri, none elsewhere)", CostNames.Keys);

    private readonly Option<double?> restart = new("--restart-seconds")
    {
        Description = "What a restart costs a job; unless said otherwise its own start-up time in muri, else 60",
        HelpName = "SECONDS",
    };

    private readonly Option<string?> from = new("--from") { Description = "philly: the first day (default 2017-10-01)", HelpName = "DATE" };
    private readonly Option<string?> to = new("--to") { Description = "philly: the day after the last (default 2017-12-01)", HelpName = "DATE" };
    private readonly Option<string?> chart = new("--chart") { Description = "Draw use and queue, or power, over time into this SVG file", HelpName = "FILE" };

    /// <summary>Where to draw: other traces are drawn too.</summary>
    public Option ChartOption => chart;

    public IEnumerable<Option> All => [jobs, pool, durations, overhead, restart, from, to, chart];

    /// <summary>Reads the options.</summary>
    /// <exception cref="CommandFailure">One of them cannot be used.</exception>
    public JobTraceRequest Read(ParseResult parsed, string trace, string? policy, FileInfo? nodes)
    {
        var name = policy ?? "datahall";
        if (!JobPolicies.Names.Contains(name))
        {
            throw CommandFailure.Usage(
                $"there is no policy '{name}'{NameSuggestion.For(name, JobPolicies.Names)} for a trace of jobs; "
                + $"there is {string.Join(", ", JobPolicies.Names)}");
        }

        var file = parsed.GetValue(jobs) ?? throw CommandFailure.Usage($"--trace {trace} needs --jobs FILE");
        var seconds = parsed.GetValue(restart) ?? (trace == "muri" ? null : DefaultRestartSeconds);
        if (seconds is < 0 or > 86400)
        {
            throw CommandFailure.Usage($"--restart-seconds is {seconds}; it must be 0 to 86400");
        }

        var told = Named(parsed, durations, DurationNames) ?? Durations.Unknown;
        told = JobPolicies.DurationsOf(name) is Durations.Known ? Durations.Known : told;
        var cost = Named(parsed, overhead, CostNames) ?? JobPolicies.CostOf(name, trace);
        if (cost is StartCost.Artefact && !JobTrace.TellsStartUps(trace))
        {
            throw CommandFailure.Usage($"--overhead artefact charges start-up times, and {trace} tells none; write restart or none");
        }

        return new(trace, file.FullName, Pool(parsed, trace, nodes), name, new(told, cost, seconds), Window(parsed, trace), Chart(parsed));
    }

    private IReadOnlyList<int> Pool(ParseResult parsed, string trace, FileInfo? nodes)
    {
        try
        {
            return (parsed.GetValue(pool), nodes) switch
            {
                ({ } text, null) => PoolNodes.Parse(text),
                (null, not null) => PoolNodes.Read(nodes.FullName),
                (null, null) when trace == "muri" => PoolNodes.Parse("8x8"),
                (null, null) => throw CommandFailure.Usage(
                    $"--trace {trace} needs the pool it runs on: --pool 72x8, or --nodes FILE with the columns name,gpus"),
                _ => throw CommandFailure.Usage("give --pool or --nodes, not both"),
            };
        }
        catch (Exception e) when (e is FormatException or TraceException)
        {
            throw CommandFailure.Usage(e is FormatException ? $"--pool: {e.Message}" : e.Message);
        }
    }

    private TraceWindow? Window(ParseResult parsed, string trace)
    {
        var (first, last) = (parsed.GetValue(from), parsed.GetValue(to));
        if (first is null && last is null)
        {
            return null;
        }

        if (trace != "philly")
        {
            throw CommandFailure.Usage($"--from and --to are for philly; {trace} has no dates");
        }

        var window = new TraceWindow(
            first is null ? TraceWindow.Philly.From : Day("--from", first), last is null ? TraceWindow.Philly.To : Day("--to", last));
        return window.From < window.To ? window : throw CommandFailure.Usage("--from must be before --to");
    }

    private static DateTime Day(string option, string text) =>
        DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, Utc, out var day)
            ? day
            : throw CommandFailure.Usage($"{option} is '{text}'; write a day such as 2017-10-01, or a time such as 2017-10-01T12:00:00");

    /// <summary>Where to draw; null: nowhere.</summary>
    /// <exception cref="CommandFailure">It is no SVG file.</exception>
    public string? Chart(ParseResult parsed)
    {
        var file = parsed.GetValue(chart);
        return file is null || Path.GetExtension(file).Equals(".svg", StringComparison.OrdinalIgnoreCase)
            ? file
            : throw CommandFailure.Usage($"--chart: {file} must end in .svg; other forms are not written");
    }

    private static Option<string?> Choice(string name, string description, IEnumerable<string> words)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.CompletionSources.Add([.. words]);
        return option;
    }

    private static T? Named<T>(ParseResult parsed, Option<string?> option, Dictionary<string, T> names) where T : struct => parsed.GetValue(option) switch
    {
        null => null,
        { } word when names.TryGetValue(word, out var value) => value,
        { } word => throw CommandFailure.Usage(
            $"{option.Name} is '{word}'{NameSuggestion.For(word, names.Keys)}; it must be one of {string.Join(", ", names.Keys)}"),
    };
}

/// <summary>What to replay, and under which assumptions.</summary>
internal sealed record JobTraceRequest(
    string Trace, string Jobs, IReadOnlyList<int> Nodes, string Policy, SimulationRules Rules, TraceWindow? Window, string? Chart);
