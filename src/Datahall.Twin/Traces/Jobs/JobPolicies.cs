using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The policies a trace can be simulated under, by name.</summary>
public static class JobPolicies
{
    private static readonly Dictionary<string, Func<JobPolicy>> ByName = new(StringComparer.Ordinal)
    {
        ["fifo"] = static () => Starting("fifo", "fifo", Blocked.Waits, Durations.Unknown),
        ["fifo-skip"] = static () => Starting("fifo-skip", "fifo", Blocked.IsPassed, Durations.Unknown),
        ["fifo-backfill"] = static () => new("fifo-backfill", JobOrders.Create("fifo"), new BackfillPass(), Durations.Known),
        ["sjf"] = static () => Starting("sjf", "sjf", Blocked.Waits, Durations.Known),
        ["sjf-skip"] = static () => Starting("sjf-skip", "sjf", Blocked.IsPassed, Durations.Known),
        ["srtf"] = static () => new("srtf", JobOrders.Create("srtf"), new ReplacePass(), Durations.Known),
        ["srsf"] = static () => new("srsf", JobOrders.Create("srsf"), new ReplacePass(), Durations.Known),
        ["las"] = static () => new("las", JobOrders.Create("las"), new KeepPass(), Durations.Unknown),
        ["tiresias"] = static () => new("tiresias", JobOrders.Create("tiresias"), new KeepPass(), Durations.Unknown),
        ["fair"] = static () => Starting("fair", "fair", Blocked.IsPassed, Durations.Unknown) with { Lines = Lines.ByQueue },
        ["datahall"] = static () => new("datahall", JobOrders.Create("datahall"), new KeepPass(), Durations.Unknown),
    };

    /// <summary>The names, from the simplest to ours.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>What starts cost under a policy unless somebody says otherwise: who places everybody anew at every event pays for that.</summary>
    public static StartCost CostOf(string name) => Create(name).Pass is ReplacePass ? StartCost.Artefact : StartCost.Restart;

    /// <summary>Whether a policy has to be told the run times.</summary>
    public static Durations DurationsOf(string name) => Create(name).Durations;

    internal static JobPolicy Create(string name) => ByName.TryGetValue(name, out var create)
        ? create()
        : throw new ArgumentException($"there is no policy '{name}'; there are {string.Join(", ", Names)}", nameof(name));

    private static JobPolicy Starting(string name, string order, Blocked blocked, Durations durations) =>
        new(name, JobOrders.Create(order), new StartPass(blocked), durations);
}
