using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The policies a trace can be simulated under, by name.</summary>
public static class JobPolicies
{
    private static readonly Dictionary<string, Func<JobPolicy>> ByName = new(StringComparer.Ordinal)
    {
        ["fifo"] = static () => Of("fifo", "fifo", new StartPass(Blocked.Waits), Durations.Unknown),
        ["fifo-skip"] = static () => Of("fifo-skip", "fifo", new StartPass(Blocked.IsPassed), Durations.Unknown),
        ["fifo-backfill"] = static () => Of("fifo-backfill", "fifo", new BackfillPass(), Durations.Known),
        ["sjf"] = static () => Of("sjf", "sjf", new StartPass(Blocked.Waits), Durations.Known),
        ["sjf-skip"] = static () => Of("sjf-skip", "sjf", new StartPass(Blocked.IsPassed), Durations.Known),
        ["srtf"] = static () => Of("srtf", "srtf", new ReplacePass(), Durations.Known),
        ["srsf"] = static () => Of("srsf", "srsf", new ReplacePass(), Durations.Known),
        ["las"] = static () => Of("las", "las", new KeepPass(new()), Durations.Unknown),
        ["tiresias"] = static () => Of("tiresias", "tiresias", new KeepPass(new()), Durations.Unknown),
        ["fair"] = static () => Of("fair", "fair", new StartPass(Blocked.IsPassed), Durations.Unknown) with { Lines = Lines.ByQueue },
        ["datahall"] = static () => Of("datahall", "datahall", new KeepPass(new(Env("H", 1))), Durations.Unknown),
        ["srtf-keep"] = static () => Of("srtf-keep", "srtf", new KeepPass(new()), Durations.Known),
    };
    private static double Env(string n, double d) => Environment.GetEnvironmentVariable(n) is { } v ? double.Parse(v) : d;

    /// <summary>The names, from the simplest to ours.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    internal static JobPolicy Create(string name) => ByName.TryGetValue(name, out var create)
        ? create()
        : throw new ArgumentException($"there is no policy '{name}'; there are {string.Join(", ", Names)}", nameof(name));

    private static JobPolicy Of(string name, string order, IPass pass, Durations durations) =>
        new(name, JobOrders.Create(order), pass, Lines.Common, durations);
}
