using System.CommandLine;
using System.Globalization;
using Datahall.Cli.Bench.Load;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Bench;

/// <summary>The options that say how much load there is, and when.</summary>
internal sealed class LoadOptions
{
    private const double MostRate = 1_000_000;
    private const int MostConnections = 60_000; // The ports of one address.
    private const int ClosedConnections = 64;
    private const int OpenConnections = 1024;

    private static readonly Duration Longest = new(24 * 3_600_000);
    private static readonly string[] ArrivalNames = [.. Enum.GetNames<ArrivalKind>().Select(static name => name.ToLowerInvariant())];

    private readonly Option<double?> rate = new("--rate") { Description = "Requests a second, sent when they are due whatever became of those before (open loop); default: as many as --connections under way (closed loop)", HelpName = "N" };
    private readonly Option<string> arrivals = new("--arrivals") { Description = "How the requests of --rate are spread: constant (default) or poisson", HelpName = "constant|poisson", DefaultValueFactory = static _ => "constant" };
    private readonly Option<int> seed = new("--seed") { Description = "Seed of --arrivals poisson (default 1)", HelpName = "N", DefaultValueFactory = static _ => 1 };
    private readonly Option<int?> connections = new("--connections", "-c") { Description = "Requests that are under way: always so many (default 64), or with --rate at most so many (default 1024)", HelpName = "N" };
    private readonly Option<string> duration = new("--duration", "-d") { Description = "How long to measure (default 10s)", HelpName = "TIME", DefaultValueFactory = static _ => "10s" };
    private readonly Option<string> warmUp = new("--warm-up") { Description = "How long to send requests before that (default 1s)", HelpName = "TIME", DefaultValueFactory = static _ => "1s" };
    private readonly Option<string> timeout = new("--timeout") { Description = "How long a request may take from when it was due (default 10s)", HelpName = "TIME", DefaultValueFactory = static _ => "10s" };

    public LoadOptions() => arrivals.CompletionSources.Add(ArrivalNames);

    public IEnumerable<Option> All => [rate, arrivals, seed, connections, duration, warmUp, timeout];

    /// <exception cref="CommandFailure">An option cannot be used.</exception>
    public LoadChoice Read(ParseResult parsed)
    {
        var perSecond = parsed.GetValue(rate);
        if (perSecond is not (null or (> 0 and <= MostRate)))
        {
            throw CommandFailure.Usage(string.Create(CultureInfo.InvariantCulture, $"--rate is {perSecond}; it must be above 0 and at most {MostRate}"));
        }

        var most = parsed.GetValue(connections) ?? (perSecond is null ? ClosedConnections : OpenConnections);
        return most is < 1 or > MostConnections
            ? throw CommandFailure.Usage($"--connections is {most}; it must be 1 to {MostConnections}")
            : new(
                perSecond,
                Kind(parsed.GetValue(arrivals)!),
                parsed.GetValue(seed),
                most,
                Time(parsed, warmUp, least: 0),
                Time(parsed, duration, least: 1),
                Time(parsed, timeout, least: 1));
    }

    private static ArrivalKind Kind(string word) => Array.IndexOf(ArrivalNames, word) is >= 0 and var index
        ? (ArrivalKind)index
        : throw CommandFailure.Usage($"--arrivals: '{word}' is no way to spread requests{NameSuggestion.For(word, ArrivalNames)}; there are {string.Join(", ", ArrivalNames)}");

    private static TimeSpan Time(ParseResult parsed, Option<string> option, long least) =>
        Duration.TryParse(parsed.GetValue(option), out var time) && time.Milliseconds >= least && time.Milliseconds <= Longest.Milliseconds
            ? time.TimeSpan
            : throw CommandFailure.Usage($"{option.Name}: '{parsed.GetValue(option)}' is not a time of {new Duration(least)} to {Longest}; write it as {Duration.Example}");
}

/// <summary>How much load there is, and when.</summary>
internal sealed record LoadChoice(double? Rate, ArrivalKind Arrivals, int Seed, int Connections, TimeSpan WarmUp, TimeSpan Duration, TimeSpan Timeout)
{
    /// <summary>The plan of a run.</summary>
    public LoadPlan Plan(IReadOnlyList<int> weights, bool streams, Func<IExchanger> open) => new()
    {
        Rate = Rate,
        Arrivals = Arrivals,
        Seed = Seed,
        Connections = Connections,
        WarmUp = WarmUp,
        Duration = Duration,
        Timeout = Timeout,
        Weights = weights,
        Streams = streams,
        Open = open,
    };
}
