namespace Datahall.Scheduling.Ordering;

/// <summary>The orders by name.</summary>
public static class JobOrders
{
    private static readonly Dictionary<string, Func<IJobOrder>> ByName = new(StringComparer.Ordinal)
    {
        ["fifo"] = static () => new FifoOrder(),
        ["sjf"] = static () => new ShortestJobOrder(),
        ["srtf"] = static () => new ShortestRemainingTimeOrder(),
        ["srsf"] = static () => new ShortestRemainingServiceOrder(),
        ["las"] = static () => new LeastAttainedOrder(),
        ["tiresias"] = static () => new TiresiasOrder(),
        ["fair"] = static () => new FairOrder(),
        ["datahall"] = static () => new DatahallOrder(new()),
    };

    /// <summary>The names, from the simplest to ours.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Makes an order; one that learns starts with nothing.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IJobOrder Create(string name) => ByName.TryGetValue(name, out var create)
        ? create()
        : throw new ArgumentException($"there is no order '{name}'; there are {string.Join(", ", Names)}", nameof(name));
}
