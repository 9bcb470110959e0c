namespace Datahall.Scheduling.Ordering;

/// <summary>The orders by name.</summary>
public static class JobOrders
{
    /// <summary>First come, first served.</summary>
    public const string Fifo = "fifo";

    private static readonly Dictionary<string, Func<ServiceCurve, IJobOrder>> ByName = new(StringComparer.Ordinal)
    {
        [Fifo] = static _ => new FifoOrder(),
        ["sjf"] = static _ => new ShortestJobOrder(),
        ["srtf"] = static _ => new ShortestRemainingTimeOrder(),
        ["srsf"] = static _ => new ShortestRemainingServiceOrder(),
        ["las"] = static _ => new LeastAttainedOrder(),
        ["tiresias"] = static _ => new TiresiasOrder(),
        ["fair"] = static _ => new FairOrder(),
        ["datahall"] = static curve => new DatahallOrder(curve),
    };

    /// <summary>The names, from the simplest to ours.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>
    /// Those that order the work within a queue: all but <c>fair</c>, for shares are a matter between queues, and <c>tiresias</c>, whose levels are one
    /// experiment's.
    /// </summary>
    public static IReadOnlyList<string> WithinQueue { get; } = [.. ByName.Keys.Except(["fair", "tiresias"])];

    /// <summary>Makes an order; one that learns starts with nothing.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IJobOrder Create(string name) => Create(name, new());

    /// <summary>Makes an order; one that learns uses what a curve has learnt.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IJobOrder Create(string name, ServiceCurve curve) => ByName.TryGetValue(name, out var create)
        ? create(curve)
        : throw new ArgumentException($"there is no order '{name}'; there are {string.Join(", ", Names)}", nameof(name));
}
