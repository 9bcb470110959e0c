using System.Diagnostics;
using HdrHistogram;

namespace Datahall.Cli.Bench.Load;

/// <summary>Counts what happens in the measured part of a run. Safe for several threads. All histograms are in microseconds.</summary>
internal sealed class Recorder
{
    /// <summary>A start later than this is told, in seconds: less is the scheduler of the machine.</summary>
    public const double LateSeconds = 0.001;

    private const long LongestMicroseconds = 3_600_000_000;
    private const int Digits = 3;
    private const int Statuses = 1000;

    private static readonly double MicrosecondsPerTick = 1e6 / Stopwatch.Frequency;

    private readonly long[] outcomes = new long[Enum.GetValues<Outcome>().Length];
    private readonly long[] statuses = new long[Statuses];
    private long arrivals;
    private long bytes;
    private long lateByGenerator;
    private long lateByConnections;

    /// <summary>From when a request was due to the last byte of its response; also how long those waited that timed out.</summary>
    public LongConcurrentHistogram Latency { get; } = Create();

    /// <summary>From when a request was due to when it was started.</summary>
    public LongConcurrentHistogram StartDelay { get; } = Create();

    /// <summary>Of streams: from when a request was due to the head of its response.</summary>
    public LongConcurrentHistogram FirstBytes { get; } = Create();

    /// <summary>Of streams: from when a request was due to the end of its first event.</summary>
    public LongConcurrentHistogram FirstEvents { get; } = Create();

    /// <summary>Of streams: from one event to the next.</summary>
    public LongConcurrentHistogram Gaps { get; } = Create();

    /// <summary>Requests that were due.</summary>
    public long Arrivals => Interlocked.Read(ref arrivals);

    /// <summary>Bytes of responses.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Requests that this program handed out late: it had no time.</summary>
    public long LateByGenerator => Interlocked.Read(ref lateByGenerator);

    /// <summary>Requests that had to wait for a free connection.</summary>
    public long LateByConnections => Interlocked.Read(ref lateByConnections);

    /// <summary>The 99th percentile of the latency, in milliseconds; 0 when nothing was timed.</summary>
    public double P99Milliseconds => Latency.TotalCount > 0 ? Latency.GetValueAtPercentile(99) / 1000.0 : 0;

    /// <summary>Requests that ended so.</summary>
    public long Count(Outcome outcome) => Interlocked.Read(ref outcomes[(int)outcome]);

    /// <summary>Responses with a status of this class: 2 for 200 to 299.</summary>
    public long CountOfClass(int hundreds) => StatusCounts().Where(pair => pair.Status / 100 == hundreds).Sum(static pair => pair.Count);

    /// <summary>Every status that came, and how often.</summary>
    public IEnumerable<(int Status, long Count)> StatusCounts() =>
        Enumerable.Range(0, Statuses).Select(status => (status, Interlocked.Read(ref statuses[status]))).Where(static pair => pair.Item2 > 0);

    public void Arrived() => Interlocked.Increment(ref arrivals);

    /// <summary>A request was handed out late by this program.</summary>
    public void GeneratorWasLate() => Interlocked.Increment(ref lateByGenerator);

    /// <summary>A request had to wait for a connection.</summary>
    public void ConnectionWasLate() => Interlocked.Increment(ref lateByConnections);

    public void Started(long ticksLate) => Record(StartDelay, ticksLate);

    public void FirstByte(long ticks) => Record(FirstBytes, ticks);

    public void FirstEvent(long ticks) => Record(FirstEvents, ticks);

    public void Gap(long ticks) => Record(Gaps, ticks);

    /// <summary>A request has ended.</summary>
    /// <param name="exchange">What became of it.</param>
    /// <param name="ticks">The time since it was due, in ticks of <see cref="Stopwatch"/>.</param>
    /// <remarks>What failed at once has no latency: it would make the others look better. What timed out has, for it waited that long.</remarks>
    public void Ended(Exchange exchange, long ticks)
    {
        Interlocked.Increment(ref outcomes[(int)exchange.Outcome]);
        if (exchange.Outcome is Outcome.Response)
        {
            Interlocked.Increment(ref statuses[Math.Clamp(exchange.Status, 0, Statuses - 1)]);
            Interlocked.Add(ref bytes, exchange.Bytes);
        }

        if (exchange.Outcome is Outcome.Response or Outcome.Timeout or Outcome.NotStarted)
        {
            Record(Latency, ticks);
        }
    }

    private static LongConcurrentHistogram Create() => new(1, LongestMicroseconds, Digits);

    private static void Record(LongConcurrentHistogram histogram, long ticks) =>
        histogram.RecordValue(Math.Clamp((long)(ticks * MicrosecondsPerTick), 0, LongestMicroseconds));
}
