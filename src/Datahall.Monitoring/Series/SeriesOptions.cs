namespace Datahall.Monitoring.Series;

/// <summary>What a <see cref="SeriesStore"/> may hold.</summary>
public sealed record SeriesOptions
{
    /// <summary>How long a sample is kept, at least one minute; 6 hours unless said otherwise.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The time between two samples of a series that its writer means to keep; 15 seconds unless said otherwise. Others are taken too, and cost more.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most series of one metric; more are refused and counted. 100,000 unless said otherwise: 12,500 nodes of 8 accelerators.</summary>
    public int MaxSeriesPerMetric { get; init; } = 100_000;

    /// <summary>The most series of all metrics; more are refused and counted. 500,000 unless said otherwise, about 150 MB beside their samples.</summary>
    public int MaxSeries { get; init; } = 500_000;

    /// <summary>The most bytes of compressed samples; above it a series loses its oldest samples for its newest. 512 MiB unless said otherwise.</summary>
    public long MaxSampleBytes { get; init; } = 512L << 20;
}
