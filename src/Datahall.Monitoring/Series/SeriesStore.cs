namespace Datahall.Monitoring.Series;

/// <summary>Readings of the last hours in memory, compressed, found by their labels. Any number of threads may write and read at the same time.</summary>
/// <remarks>
/// A sample takes between a tenth of a byte and four, see docs/monitoring/series.md. Appending to a series that is known allocates nothing. It is
/// bounded in time, in series and in bytes: what is refused is counted in <see cref="Count"/>.
/// </remarks>
public sealed class SeriesStore
{
    private const int Shards = 16;

    private readonly SeriesShard[] shards;
    private readonly Lock gate = new(); // Held for the three below. Taken before a shard's, never after.
    private readonly Dictionary<string, Dictionary<int, SeriesChain>> metrics = new(StringComparer.Ordinal);
    private readonly LabelIndex index = new();
    private int made;
    private long series;
    private long refused;

    /// <summary>Makes an empty store.</summary>
    /// <param name="options">What it may hold.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SeriesStore(SeriesOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Retention, TimeSpan.FromMinutes(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Interval, TimeSpan.FromMilliseconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSeriesPerMetric, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSeries, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSampleBytes, Shards * PagePool.PageBytes * 8, nameof(options));
        Options = options;
        var pages = (int)Math.Min(int.MaxValue, options.MaxSampleBytes / PagePool.PageBytes / Shards);
        shards = [.. Enumerable.Range(0, Shards).Select(_ => new SeriesShard(pages))];
    }

    /// <summary>What it may hold.</summary>
    public SeriesOptions Options { get; }

    /// <summary>Adds a sample to the series of a metric and labels, which is made if there is none.</summary>
    /// <param name="metric">The metric's name as Prometheus writes it.</param>
    /// <param name="labels">Its labels; <see cref="SeriesLabels"/> shared between series cost the least.</param>
    /// <param name="unixMilliseconds">When; later than the last sample of the series, or it is dropped and counted.</param>
    /// <param name="value">What, in the unit of the metric; NaN and infinities are kept as they are.</param>
    /// <exception cref="ArgumentException">A name is none that Prometheus would take.</exception>
    public void Append(string metric, IReadOnlyDictionary<string, string> labels, long unixMilliseconds, double value)
    {
        while (Find(metric, SeriesLabels.Of(labels)) is { } chain && !TryAppend(chain, unixMilliseconds, value))
        {
        }
    }

    /// <summary>Adds a sample by handle: no look-up, no allocation.</summary>
    /// <param name="handle">Of this store.</param>
    /// <param name="unixMilliseconds">When; later than the last sample of the series, or it is dropped and counted.</param>
    /// <param name="value">What, in the unit of the metric.</param>
    public void Append(SeriesHandle handle, long unixMilliseconds, double value)
    {
        while (!TryAppend(handle.Chain, unixMilliseconds, value))
        {
            if (Find(handle.Metric, handle.Chain.Labels) is not { } anew) // It was silent for so long that it had been forgotten.
            {
                return;
            }

            handle.Chain = anew;
        }
    }

    /// <summary>A handle to append by, for a series that is made if there is none; null when it is refused.</summary>
    /// <exception cref="ArgumentException">A name is none that Prometheus would take.</exception>
    public SeriesHandle? Open(string metric, IReadOnlyDictionary<string, string> labels) =>
        Find(metric, SeriesLabels.Of(labels)) is { } chain ? new(metric, chain) : null;

    /// <summary>The samples within a time of all series that match, both ends included. Those without samples in it are left out.</summary>
    /// <remarks>All of them at once: see <see cref="ReadEach"/> where they may be many.</remarks>
    public IReadOnlyList<SeriesRange> Read(SeriesSelector selector, long fromUnixMilliseconds, long toUnixMilliseconds) => [.. ReadEach(selector, fromUnixMilliseconds, toUnixMilliseconds)];

    /// <summary>The same, read one series after the other as they are asked for: only the samples of one need to be held.</summary>
    /// <remarks>O(samples from the begin on): reading begins at most 256 samples before it, or with the oldest block when the begin lies more than 256 to 512 samples back.</remarks>
    public IEnumerable<SeriesRange> ReadEach(SeriesSelector selector, long fromUnixMilliseconds, long toUnixMilliseconds)
    {
        var samples = new List<Sample>();
        foreach (var chain in Select(selector))
        {
            samples.Clear();
            lock (chain.Shard.Gate)
            {
                if (!chain.IsGone)
                {
                    chain.Read(fromUnixMilliseconds, toUnixMilliseconds, samples);
                }
            }

            if (samples.Count > 0)
            {
                yield return new(chain.Labels, samples.ToArray());
            }
        }
    }

    /// <summary>Of the samples within a time, both ends included, the newest of each series that matches. O(series).</summary>
    public IReadOnlyList<SeriesRange> ReadNewest(SeriesSelector selector, long fromUnixMilliseconds, long toUnixMilliseconds)
    {
        var ranges = new List<SeriesRange>();
        var scratch = new List<Sample>();
        foreach (var chain in Select(selector))
        {
            lock (chain.Shard.Gate)
            {
                if (!chain.IsGone && chain.Newest(fromUnixMilliseconds, toUnixMilliseconds, scratch) is { } newest)
                {
                    ranges.Add(new(chain.Labels, [newest]));
                }
            }
        }

        return ranges;
    }

    /// <summary>How many series match. O(series), reads no sample.</summary>
    public int CountOf(SeriesSelector selector) => Select(selector).Count;

    /// <summary>The newest sample of all series that match; those that have none since a time are left out. O(series).</summary>
    public IReadOnlyList<(SeriesLabels Labels, Sample Sample)> ReadLatest(SeriesSelector selector, long sinceUnixMilliseconds)
    {
        var found = new List<(SeriesLabels, Sample)>();
        foreach (var chain in Select(selector))
        {
            lock (chain.Shard.Gate)
            {
                if (!chain.IsGone && !chain.IsEmpty && chain.Latest is var latest && latest.UnixMilliseconds >= sinceUnixMilliseconds)
                {
                    found.Add((chain.Labels, latest));
                }
            }
        }

        return found;
    }

    /// <summary>The metrics, by name, and how many series each has.</summary>
    public IReadOnlyList<(string Metric, int Series)> Metrics()
    {
        lock (gate)
        {
            return [.. metrics.Select(static metric => (metric.Key, metric.Value.Count)).OrderBy(static metric => metric.Key, StringComparer.Ordinal)];
        }
    }

    /// <summary>Forgets samples older than the retention, and series that have none left. Series that are written to forget by themselves.</summary>
    /// <param name="nowUnixMilliseconds">The time now.</param>
    public void Forget(long nowUnixMilliseconds)
    {
        var until = nowUnixMilliseconds - (long)Options.Retention.TotalMilliseconds;
        lock (gate)
        {
            foreach (var (name, chains) in metrics)
            {
                foreach (var (id, chain) in chains)
                {
                    if (IsOver(chain, until))
                    {
                        chains.Remove(id);
                        index.Release(id);
                        series--;
                    }
                }

                if (chains.Count == 0)
                {
                    metrics.Remove(name);
                }
            }
        }
    }

    /// <summary>What it holds, and what it had to refuse since it was made.</summary>
    public SeriesCount Count()
    {
        var count = new SeriesCount(Interlocked.Read(ref series), Interlocked.Read(ref refused), 0, 0, 0, 0);
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                count = count with
                {
                    LateSamples = count.LateSamples + shard.Late,
                    LostSamples = count.LostSamples + shard.Lost,
                    SampleBytes = count.SampleBytes + shard.Pages.Bytes,
                    UsedBytes = count.UsedBytes + ((long)shard.Pages.Used * PagePool.PageBytes),
                };
            }
        }

        return count;
    }

    private bool TryAppend(SeriesChain chain, long time, double value)
    {
        lock (chain.Shard.Gate)
        {
            if (chain.IsGone)
            {
                return false;
            }

            chain.Append(time, value, Options);
            return true;
        }
    }

    private static bool IsOver(SeriesChain chain, long until)
    {
        lock (chain.Shard.Gate)
        {
            if (!chain.Expire(until))
            {
                return false;
            }

            chain.Leave();
            return true;
        }
    }

    // The series, made if there is none; null when there are too many.
    private SeriesChain? Find(string metric, SeriesLabels labels)
    {
        lock (gate)
        {
            var known = metrics.TryGetValue(metric, out var chains);
            if (known && index.TryFind(labels, out var id) && chains!.TryGetValue(id, out var chain))
            {
                return chain;
            }

            if (series >= Options.MaxSeries || (known && chains!.Count >= Options.MaxSeriesPerMetric))
            {
                refused++;
                return null;
            }

            Check(metric, labels);
            if (!known)
            {
                metrics.Add(metric, chains = []);
            }

            id = index.Use(labels);
            series++;
            chains!.Add(id, chain = new(shards[made++ % Shards], index[id]));
            return chain;
        }
    }

    private static void Check(string metric, SeriesLabels labels)
    {
        PrometheusName.CheckMetric(metric);
        foreach (var name in labels.Keys)
        {
            PrometheusName.CheckLabel(name);
        }
    }

    private List<SeriesChain> Select(SeriesSelector selector)
    {
        lock (gate)
        {
            if (!metrics.TryGetValue(selector.Metric, out var chains))
            {
                return [];
            }

            if (index.TryNarrow(selector.Labels, out var candidates) && candidates.Count < chains.Count)
            {
                return [.. candidates.Where(id => index.IsMatch(id, selector.Labels) && chains.ContainsKey(id)).Select(id => chains[id])];
            }

            return [.. chains.Where(chain => index.IsMatch(chain.Key, selector.Labels)).Select(static chain => chain.Value)];
        }
    }
}

/// <summary>A series to append to, without looking it up.</summary>
public sealed class SeriesHandle
{
    internal SeriesHandle(string metric, SeriesChain chain) => (Metric, Chain) = (metric, chain);

    internal string Metric { get; }

    internal SeriesChain Chain { get; set; }
}

/// <summary>What a <see cref="SeriesStore"/> holds, and what it had to refuse since it was made.</summary>
/// <param name="Series">Series held.</param>
/// <param name="RefusedSamples">Samples refused, because their series would have been one too many.</param>
/// <param name="LateSamples">Samples refused, because a later one of their series had come.</param>
/// <param name="LostSamples">Samples given up, because there was no room for them.</param>
/// <param name="SampleBytes">Memory taken for compressed samples, in bytes; the series themselves and their labels take some 300 bytes each besides.</param>
/// <param name="UsedBytes">The part of it that holds samples now, in bytes.</param>
public sealed record SeriesCount(long Series, long RefusedSamples, long LateSamples, long LostSamples, long SampleBytes, long UsedBytes);
