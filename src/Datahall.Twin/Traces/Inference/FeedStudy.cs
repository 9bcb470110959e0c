using Datahall.Energy.Capping;
using Datahall.Energy.Facility;

namespace Datahall.Twin.Traces.Inference;

/// <summary>What a study of more servers under one feed assumes.</summary>
public sealed record FeedStudyOptions
{
    /// <summary>The servers that the feed was made for.</summary>
    public int Servers { get; init; } = 20;

    /// <summary>How many more there are in the end, as a share of them.</summary>
    public double More { get; init; } = 0.30;

    /// <summary>How many times over each request of the trace comes to those servers; more servers get as many more.</summary>
    public double Load { get; init; } = 8;

    /// <summary>What the row's highest second is of the feed's rating with the servers it was made for. Rows of inference servers peak near 80 % (POLCA, recalled).</summary>
    public double PeakShare { get; init; } = 0.80;

    /// <summary>Over how long the copies of a request are spread, in seconds.</summary>
    public double SpreadSeconds { get; init; } = 20;

    /// <summary>The thresholds.</summary>
    public RowThresholdRules Thresholds { get; init; } = new();
}

/// <summary>What came of it.</summary>
/// <param name="FeedWatts">The feed's rating.</param>
/// <param name="Base">The servers it was made for.</param>
/// <param name="More">More servers with as much more load, never slowed.</param>
/// <param name="Guarded">The same, slowed at thresholds.</param>
public sealed record FeedStudyReport(double FeedWatts, InferenceRowReport Base, InferenceRowReport More, InferenceRowReport Guarded)
{
    /// <summary>How much longer 99 of 100 requests take at most, as a share.</summary>
    public double P99Growth => (Guarded.All.P99 / Base.All.P99) - 1;
}

/// <summary>Puts more servers under one feed: without slowing them, and with thresholds.</summary>
public static class FeedStudy
{
    /// <summary>Runs the three rows.</summary>
    /// <param name="trace">The requests.</param>
    /// <param name="type">What a server draws.</param>
    /// <param name="options">What is assumed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static FeedStudyReport Run(RequestTrace trace, ServerType type, FeedStudyOptions options, CancellationToken cancellationToken)
    {
        var more = (int)Math.Round(options.Servers * (1 + options.More));
        var requests = trace.Times(options.Load, options.SpreadSeconds);
        var feed = InferenceRow.Run(requests, type, new() { Servers = options.Servers }, cancellationToken).PeakWatts / options.PeakShare;
        var many = trace.Times(options.Load * more / options.Servers, options.SpreadSeconds);
        return new(
            feed,
            InferenceRow.Run(requests, type, new() { Servers = options.Servers, FeedWatts = feed }, cancellationToken),
            InferenceRow.Run(many, type, new() { Servers = more, FeedWatts = feed }, cancellationToken),
            InferenceRow.Run(many, type, new() { Servers = more, FeedWatts = feed, Thresholds = options.Thresholds }, cancellationToken));
    }
}
