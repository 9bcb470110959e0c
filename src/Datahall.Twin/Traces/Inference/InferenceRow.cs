using Datahall.Energy.Capping;
using Datahall.Energy.Facility;

namespace Datahall.Twin.Traces.Inference;

/// <summary>What a row's run assumes.</summary>
public sealed record InferenceRowOptions
{
    /// <summary>The servers under the feed, half of high and half of low priority.</summary>
    public required int Servers { get; init; }

    /// <summary>What the feed may carry, in watts; infinite: it is not known yet.</summary>
    public double FeedWatts { get; init; } = double.PositiveInfinity;

    /// <summary>The thresholds at which the row is slowed; null: never.</summary>
    public RowThresholdRules? Thresholds { get; init; }

    /// <summary>How long a new clock takes to hold after it was decided, in whole seconds; the drivers of GPUs take 0.1 to 1 s.</summary>
    public int LagSeconds { get; init; } = 1;

    /// <summary>How servers answer.</summary>
    public InferenceModel Model { get; init; } = new();
}

/// <summary>What came of a row.</summary>
/// <param name="Servers">How many servers there were.</param>
/// <param name="Requests">How many requests were answered.</param>
/// <param name="MeanWatts">The mean power of the row.</param>
/// <param name="PeakWatts">That of its highest second.</param>
/// <param name="BreakerSeconds">The seconds above the feed's rating.</param>
/// <param name="StageShares">The share of the time in each <see cref="RowStage"/>.</param>
/// <param name="Low">Latencies of low priority.</param>
/// <param name="High">Latencies of high priority.</param>
/// <param name="All">Latencies of all.</param>
/// <param name="Watts">The row's power in each second.</param>
public sealed record InferenceRowReport(
    int Servers,
    int Requests,
    double MeanWatts,
    double PeakWatts,
    int BreakerSeconds,
    IReadOnlyList<double> StageShares,
    LatencySummary Low,
    LatencySummary High,
    LatencySummary All,
    IReadOnlyList<double> Watts);

/// <summary>Latencies, in seconds; 0 when there were no requests.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Median">The median.</param>
/// <param name="P99">What 99 of 100 requests stay below.</param>
/// <param name="FirstTokenP99">That until the first token.</param>
public sealed record LatencySummary(double Mean, double Median, double P99, double FirstTokenP99);

/// <summary>Replays requests on a row of inference servers under one feed, second by second.</summary>
/// <remarks>A request goes to the server of its priority with the fewest requests. Priorities take turns. The row's meter is read once a second.</remarks>
public sealed class InferenceRow
{
    private const double InletCelsius = 22;

    // POLCA's clocks over the A100's 1410 MHz, recalled: 1275, then 1110; 1305 for high priority; 288 under the brake.
    private static readonly double[] LowClock = [1, 0.904, 0.787, 0.204];
    private static readonly double[] HighClock = [1, 1, 0.926, 0.204];

    private readonly InferenceRowOptions options;
    private readonly ServerType type;
    private readonly InferenceServer[] servers; // The even ones are of low priority.
    private readonly RowThresholds? thresholds;
    private readonly Queue<RowStage> pending = new();
    private readonly int[] stageSeconds = new int[4];
    private readonly List<double> watts = [];

    private InferenceRow(InferenceRowOptions options, ServerType type)
    {
        (this.options, this.type) = (options, type);
        servers = [.. Enumerable.Range(0, options.Servers).Select(_ => new InferenceServer(options.Model, type.Power.IdleWatts, type.Power.MaxWatts))];
        thresholds = options.Thresholds is { } rules ? new(options.FeedWatts, rules) : null;
        for (var i = 0; i < options.LagSeconds; i++)
        {
            pending.Enqueue(RowStage.Free);
        }
    }

    /// <summary>Replays until the last request is answered.</summary>
    /// <param name="requests">The requests, by time.</param>
    /// <param name="type">What the servers draw.</param>
    /// <param name="options">The row.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static InferenceRowReport Run(
        IReadOnlyList<InferenceRequest> requests, ServerType type, InferenceRowOptions options, CancellationToken cancellationToken)
    {
        var row = new InferenceRow(options, type);
        var next = 0;
        for (var second = 1; next < requests.Count || row.servers.Any(static server => server.Load > 0); second++)
        {
            for (; next < requests.Count && requests[next].Seconds < second; next++)
            {
                row.Send(requests[next], next % 2);
            }

            row.End(second);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return row.Report(requests[^1].Seconds);
    }

    private void Send(InferenceRequest request, int priority)
    {
        var best = servers[priority];
        for (var i = priority; i < servers.Length; i += 2)
        {
            servers[i].Advance(request.Seconds);
            best = servers[i].Load < best.Load ? servers[i] : best;
        }

        best.Take(request);
    }

    private void End(int second)
    {
        var drawn = 0.0;
        foreach (var server in servers)
        {
            server.Advance(second);
            drawn += type.Draw(server.Joules, InletCelsius).Wall; // Joules of one second: watts.
            server.Joules = 0;
        }

        watts.Add(drawn);
        pending.Enqueue(thresholds?.Step(drawn, 1) ?? RowStage.Free);
        var stage = pending.Dequeue();
        stageSeconds[(int)stage]++;
        for (var i = 0; i < servers.Length; i++)
        {
            servers[i].Clock = (i % 2 == 0 ? LowClock : HighClock)[(int)stage];
        }
    }

    private InferenceRowReport Report(double lastArrival)
    {
        // The long tail of the last answers is not load.
        var loaded = watts.Take(Math.Max(1, (int)Math.Ceiling(lastArrival))).ToList();
        return new(
            servers.Length,
            servers.Sum(static server => server.Latencies.Count),
            loaded.Average(),
            watts.Max(),
            watts.Count(w => w > options.FeedWatts),
            [.. stageSeconds.Select(seconds => (double)seconds / watts.Count)],
            Summary(static i => i % 2 == 0),
            Summary(static i => i % 2 == 1),
            Summary(static _ => true),
            watts);
    }

    private LatencySummary Summary(Func<int, bool> isIn)
    {
        var chosen = servers.Where((_, i) => isIn(i)).ToList();
        var (all, first) = (Sorted(chosen, static server => server.Latencies), Sorted(chosen, static server => server.FirstTokens));
        return all.Length > 0 ? new(all.Average(), At(all, 0.5), At(all, 0.99), At(first, 0.99)) : new(0, 0, 0, 0);
    }

    private static double[] Sorted(List<InferenceServer> chosen, Func<InferenceServer, List<double>> values) => [.. chosen.SelectMany(values).Order()];

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
