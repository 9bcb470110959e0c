using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The policies a trace can be simulated under, by name.</summary>
public static class JobPolicies
{
    private static readonly Dictionary<string, Func<JobPolicy>> ByName = new(StringComparer.Ordinal)
    {
        ["fifo"] = static () => Starting("fifo", Blocked.Waits, Durations.Unknown),
        ["fifo-skip"] = static () => Starting("fifo", Blocked.IsPassed, Durations.Unknown),
        ["fifo-backfill"] = static () => new(JobOrders.Create("fifo"), new BackfillPass(), Durations.Known),
        ["sjf"] = static () => Starting("sjf", Blocked.Waits, Durations.Known),
        ["sjf-skip"] = static () => Starting("sjf", Blocked.IsPassed, Durations.Known),
        ["srtf"] = static () => new(JobOrders.Create("srtf"), new ReplacePass(), Durations.Known),
        ["srsf"] = static () => new(JobOrders.Create("srsf"), new ReplacePass(), Durations.Known),
        ["las"] = static () => new(JobOrders.Create("las"), new KeepPass(), Durations.Unknown),
        ["tiresias"] = static () => new(JobOrders.Create("tiresias"), new KeepPass(), Durations.Unknown),
        ["fair"] = static () => Starting("fair", Blocked.IsPassed, Durations.Unknown) with { Lines = Lines.ByQueue },
        ["datahall"] = static () => new(JobOrders.Create("datahall"), new KeepPass(), Durations.Unknown),
    };

    /// <summary>The names, from the simplest to ours.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>
    /// What starts cost under a policy unless somebody says otherwise: who places everybody anew at every event pays for that, where the trace
    /// tells start-up times.
    /// </summary>
    /// <param name="name">The policy, of <see cref="Names"/>.</param>
    /// <param name="trace">The trace, of <see cref="JobTrace.Names"/>.</param>
    public static StartCost CostOf(string name, string trace) => Create(name).Pass is not ReplacePass
        ? StartCost.Restart
        : JobTrace.TellsStartUps(trace) ? StartCost.Artefact : StartCost.None;

    /// <summary>Whether a policy has to be told the run times.</summary>
    public static Durations DurationsOf(string name) => Create(name).Durations;

    internal static JobPolicy Create(string name) => ByName.TryGetValue(name, out var create)
        ? create()
        : throw new ArgumentException($"there is no policy '{name}'; there are {string.Join(", ", Names)}", nameof(name));

    private static JobPolicy Starting(string order, Blocked blocked, Durations durations) =>
        new(JobOrders.Create(order), new StartPass(blocked), durations);
}
