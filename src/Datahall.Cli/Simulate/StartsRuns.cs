using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Model;
using Datahall.Twin.Shifting;
using Datahall.Twin.Traces;

namespace Datahall.Cli.Simulate;

/// <summary><c>simulate --starts</c>: what waiting for cheap or clean hours is worth on a record of rates.</summary>
internal sealed class StartsRuns
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<string?> starts = new("--starts") { Description = "Tell what flexible jobs save on an hourly record (CSV) of prices or carbon intensity", HelpName = "FILE" };
    private readonly Option<string?> column = new("--column") { Description = "--starts: the column of the rate (default: the last)", HelpName = "NAME" };
    private readonly Option<string> duration = new("--duration") { Description = "--starts: how long a job runs", HelpName = "DURATION", DefaultValueFactory = static _ => "1h" };
    private readonly Option<string> within = new("--within") { Description = "--starts: how long after it came a job starts at latest", HelpName = "DURATION", DefaultValueFactory = static _ => "8h" };

    public IEnumerable<Option> All => [starts, column, duration, within];

    /// <summary>Runs when it is asked for.</summary>
    /// <exception cref="CommandFailure">A time or the file cannot be used.</exception>
    public bool Run(Terminal terminal, ParseResult parsed, OutputFormat format)
    {
        if (parsed.GetValue(starts) is not { } file)
        {
            return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given
                ? throw CommandFailure.Usage($"{given.Name} goes with --starts FILE")
                : false;
        }

        var (run, wait) = (Time(parsed.GetRequiredValue(duration), "--duration"), Time(parsed.GetRequiredValue(within), "--within"));
        if (run <= TimeSpan.Zero)
        {
            throw CommandFailure.Usage("--duration is 0; a job runs for longer than that");
        }

        try
        {
            Write(terminal, StartsReplay.Run(file, parsed.GetValue(column), run, wait), format);
            return true;
        }
        catch (TraceException e)
        {
            throw CommandFailure.Refused(e.Message);
        }
    }

    private static TimeSpan Time(string text, string option) => Duration.TryParse(text, out var duration) && duration.Milliseconds <= 14L * 86_400_000
        ? duration.TimeSpan
        : throw CommandFailure.Usage($"{option}: '{text}' is no duration up to 14d; write it like {Duration.Example}");

    private static void Write(Terminal terminal, StartsReport report, OutputFormat format)
    {
        if (format is OutputFormat.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(report, json));
            return;
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Jobs} jobs, one for each hour; mean {report.Column} of their energy:"));
        terminal.Out.WriteLine(Line("at once", report.AtOnce, report.AtOnce));
        terminal.Out.WriteLine(Line("cheapest window", report.Window, report.AtOnce));
        terminal.Out.WriteLine(Line("interruptible", report.Parted, report.AtOnce));
    }

    private static string Line(string how, double rate, double atOnce) => string.Create(
        CultureInfo.InvariantCulture, $"  {how,-16} {rate,10:0.000}{(atOnce > 0 && rate != atOnce ? $"  {(rate - atOnce) / atOnce:+0.00 %;-0.00 %}" : "")}");
}
