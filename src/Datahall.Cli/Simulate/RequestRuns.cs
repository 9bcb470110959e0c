using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Energy.Facility;
using Datahall.Model.Catalogue;
using Datahall.Twin.Charts;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Cli.Simulate;

/// <summary><c>simulate --requests</c>: more inference servers under one feed, on a trace of requests.</summary>
internal sealed class RequestRuns
{
    private readonly Option<FileInfo?> requests = new("--requests")
    {
        Description = "Put more inference servers under one feed: a CSV with TIMESTAMP, ContextTokens and GeneratedTokens",
        HelpName = "FILE",
    };

    private readonly Option<int?> servers = new("--servers") { Description = "--requests: the servers that the feed was made for (default 20)", HelpName = "N" };
    private readonly Option<double?> more = new("--more") { Description = "--requests: how many more there are in the end, in percent (default 30)", HelpName = "PERCENT" };
    private readonly Option<double?> load = new("--load") { Description = "--requests: how many times over each request comes to those servers (default 8)", HelpName = "FACTOR" };

    public IEnumerable<Option> All => [requests, servers, more, load];

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(requests) is not null;

    /// <exception cref="CommandFailure">An option or the file cannot be used.</exception>
    public int Run(Terminal terminal, ParseResult parsed, string? chart, OutputFormat format, CancellationToken cancellationToken)
    {
        var options = Options(parsed);
        FeedStudyReport report;
        try
        {
            report = FeedStudy.Run(RequestTrace.Read(parsed.GetValue(requests)!.FullName), new ServerType(ServerCatalogue.Find("dgx-h100")!), options, cancellationToken);
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }

        if (chart is not null)
        {
            ChartFile.Write(chart, Draw(report));
        }

        if (format is OutputFormat.Json)
        {
            WriteJson(terminal, report);
        }
        else
        {
            WriteTable(terminal, report);
        }

        return (int)ExitCode.Done;
    }

    private FeedStudyOptions Options(ParseResult parsed)
    {
        var defaults = new FeedStudyOptions();
        var options = defaults with
        {
            Servers = parsed.GetValue(servers) ?? defaults.Servers,
            More = parsed.GetValue(more) is { } percent ? percent / 100 : defaults.More,
            Load = parsed.GetValue(load) ?? defaults.Load,
        };
        return options switch
        {
            { Servers: < 2 or > 1000 } => throw CommandFailure.Usage($"--servers is {options.Servers}; it must be 2 to 1000"),
            { More: not (>= 0 and <= 2) } => throw CommandFailure.Usage(Text($"--more is {options.More * 100}; it must be 0 to 200")),
            { Load: not (> 0 and <= 1000) } => throw CommandFailure.Usage(Text($"--load is {options.Load}; it must be above 0 and at most 1000")),
            _ => options,
        };
    }

    private static void WriteTable(Terminal terminal, FeedStudyReport report)
    {
        terminal.Out.WriteLine(Text($"one feed of {report.FeedWatts / 1000:0.0} kW, {report.Base.Servers} dgx-h100, then {report.More.Servers} with as much more load"));
        var runs = Runs(report);
        IReadOnlyList<Cell> Line(string name, Func<InferenceRowReport, FormattableString> text) => [name, .. runs.Select(run => (Cell)Text(text(run.Report)))];
        new TableText(terminal, ["", .. runs.Select(static run => run.Name.ToUpperInvariant())]).Write(
        [
            Line("servers", static r => $"{r.Servers}"),
            Line("requests", static r => $"{r.Requests}"),
            Line("mean power, % of the feed", r => $"{r.MeanWatts / report.FeedWatts * 100:0.0}"),
            Line("highest second, %", r => $"{r.PeakWatts / report.FeedWatts * 100:0.0}"),
            Line("breaker seconds", static r => $"{r.BreakerSeconds}"),
            Line("latency P99, s", static r => $"{r.All.P99:0.00}"),
            Line("  of high priority, s", static r => $"{r.High.P99:0.00}"),
            Line("  of low priority, s", static r => $"{r.Low.P99:0.00}"),
            Line("  mean, s", static r => $"{r.All.Mean:0.00}"),
            Line("first token P99, s", static r => $"{r.All.FirstTokenP99:0.00}"),
            Line("low priority locked, % of time", static r => $"{r.StageShares[1] * 100:0.0}"),
            Line("both locked, %", static r => $"{r.StageShares[2] * 100:0.0}"),
            Line("braked, %", static r => $"{r.StageShares[3] * 100:0.0}"),
        ]);
        terminal.Out.WriteLine(Text($"P99 with thresholds against the base: {report.P99Growth * 100:+0.0;-0.0;0.0} %"));
    }

    private static void WriteJson(Terminal terminal, FeedStudyReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("feedKilowatts", Math.Round(report.FeedWatts / 1000, 4));
            json.WriteNumber("p99Growth", Math.Round(report.P99Growth, 6));
            json.WriteStartArray("runs");
            foreach (var (name, run) in Runs(report))
            {
                json.WriteStartObject();
                json.WriteString("run", name);
                json.WriteNumber("servers", run.Servers);
                json.WriteNumber("requests", run.Requests);
                json.WriteNumber("meanKilowatts", Math.Round(run.MeanWatts / 1000, 4));
                json.WriteNumber("peakKilowatts", Math.Round(run.PeakWatts / 1000, 4));
                json.WriteNumber("breakerSeconds", run.BreakerSeconds);
                json.WriteNumber("p99Seconds", Math.Round(run.All.P99, 4));
                json.WriteNumber("p99SecondsHigh", Math.Round(run.High.P99, 4));
                json.WriteNumber("p99SecondsLow", Math.Round(run.Low.P99, 4));
                json.WriteNumber("meanSeconds", Math.Round(run.All.Mean, 4));
                json.WriteNumber("firstTokenP99Seconds", Math.Round(run.All.FirstTokenP99, 4));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static (string Name, InferenceRowReport Report)[] Runs(FeedStudyReport report) =>
        [("base", report.Base), ("more", report.More), ("more, thresholds", report.Guarded)];

    // A point for ten seconds: its highest, for that is what trips a breaker.
    private static string Draw(FeedStudyReport report) => new TimeChart(
        Text($"{report.Base.Servers} and {report.More.Servers} inference servers under one feed of {report.FeedWatts / 1000:0} kW"),
        string.Join("; ", Runs(report).Select(static run => Text($"{run.Name}: {run.Report.BreakerSeconds} breaker seconds"))),
        0,
        report.Base.Watts.Count,
        "from the start of the trace")
    {
        Panels =
        [
            new("kW, the highest second of ten", [.. Runs(report).Select(static run => new ChartCurve(run.Name, [.. run.Report.Watts.Chunk(10).Select(static ten => ten.Max() / 1000)]))])
            {
                FromZero = true,
                Limit = report.FeedWatts / 1000,
            },
        ],
    }.Svg();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
