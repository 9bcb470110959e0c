using System.CommandLine;
using System.Globalization;
using Datahall.Cli.Bench.Load;
using Datahall.Model;
using HdrHistogram;

namespace Datahall.Cli.Bench;

/// <summary>The options about what becomes of the figures.</summary>
internal sealed class VerdictOptions
{
    private readonly Option<string?> histogram = new("--histogram") { Description = "Write the latencies into this file, in the form of HdrHistogram (.hgrm), in milliseconds", HelpName = "FILE" };
    private readonly Option<string?> p99 = new("--fail-above-p99") { Description = "Exit code 1 when the 99th percentile of the latency is longer", HelpName = "TIME" };
    private readonly Option<string?> errors = new("--fail-above-errors") { Description = "Exit code 1 when a larger share of the requests failed, such as 0.1%", HelpName = "PERCENT" };

    public IEnumerable<Option> All => [histogram, p99, errors];

    /// <exception cref="CommandFailure">An option cannot be used.</exception>
    public Verdict Read(ParseResult parsed) => new(parsed.GetValue(histogram), Longest(parsed.GetValue(p99)), MostErrors(parsed.GetValue(errors)));

    private static Duration? Longest(string? text) =>
        text is null ? null
        : Duration.TryParse(text, out var time) && time.Milliseconds > 0 ? time
        : throw CommandFailure.Usage($"--fail-above-p99: '{text}' is not a time of at least 1ms; write it as {Duration.Example}");

    private static double? MostErrors(string? text) =>
        text is null ? null
        : text is [.. var number, '%'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent / 100
        : throw CommandFailure.Usage($"--fail-above-errors: '{text}' is not a share of 0% to 100%; write it as 0.1%");
}

/// <summary>Whether the figures are good enough.</summary>
/// <param name="Histogram">The file for the latencies; null for none.</param>
/// <param name="LongestP99">The longest 99th percentile that is good enough.</param>
/// <param name="MostErrors">The largest share of failed requests that is good enough, 0 to 1.</param>
internal sealed record Verdict(string? Histogram, Duration? LongestP99, double? MostErrors)
{
    private const double MicrosecondsPerMillisecond = 1000;

    /// <exception cref="CommandFailure">The file cannot be written.</exception>
    public void WriteHistogram(LoadReport report)
    {
        if (Histogram is null)
        {
            return;
        }

        try
        {
            using var file = new StreamWriter(Histogram) { NewLine = "\n" };
            report.Counts.Latency.OutputPercentileDistribution(file, outputValueUnitScalingRatio: MicrosecondsPerMillisecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"--histogram: {Histogram} cannot be written: {e.Message}");
        }
    }

    /// <exception cref="CommandFailure">They are not: exit code 1.</exception>
    public void Judge(LoadReport report)
    {
        List<string> faults = [];
        if (report.Responses == 0)
        {
            faults.Add($"no request of {report.Counts.Arrivals} had a response; check the URL, and whether the server runs");
        }

        var p99 = report.Counts.P99Milliseconds;
        if (LongestP99 is { } longest && p99 > longest.Milliseconds)
        {
            faults.Add(FormattableString.Invariant($"p99 is {p99:0.##} ms, above {longest} (--fail-above-p99)"));
        }

        if (MostErrors is { } most && report.ErrorShare > most)
        {
            faults.Add(FormattableString.Invariant($"{report.ErrorShare * 100:0.###} % of the requests failed, above {most * 100:0.###} % (--fail-above-errors)"));
        }

        if (faults.Count > 0)
        {
            throw CommandFailure.Refused(string.Join("; ", faults));
        }
    }
}
