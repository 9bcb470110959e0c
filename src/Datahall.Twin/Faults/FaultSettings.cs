using Datahall.Twin.Time;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>What goes wrong in one run, drawn from its seed; some runs are stormy in one way, some in all, some in none.</summary>
internal sealed record FaultSettings
{
    public required int Nodes { get; init; }

    public required TimeSpan Storm { get; init; }

    public required NetworkWeather Weather { get; init; }

    /// <summary>The share of commits that fail or kill the control plane, each kind.</summary>
    public required double CommitFaults { get; init; }

    /// <summary>The mean time between faults of machines, agents, links and clocks.</summary>
    public required TimeSpan FaultEvery { get; init; }

    /// <summary>The share of attempts that fail by themselves.</summary>
    public required double TaskFailures { get; init; }

    public required string Policy { get; init; }

    /// <summary>The same hall without anything going wrong by itself.</summary>
    public FaultSettings Calm() => this with
    {
        Storm = TimeSpan.FromSeconds(40),
        Weather = NetworkWeather.Fair,
        CommitFaults = 0,
        TaskFailures = 0,
    };

    public static FaultSettings Draw(SimRandom random) => new()
    {
        Nodes = random.Between(1, 6),
        Storm = TimeSpan.FromSeconds(random.Between(30, 150)),
        Weather = new(
            random.Pick([0, 0, 0.02, 0.2, 0.5]),
            random.Pick([0, 0.05, 0.3]),
            TimeSpan.FromMilliseconds(random.Pick([5, 50, 500, 3000]))),
        CommitFaults = random.Pick([0, 0.01, 0.1, 0.3]),
        FaultEvery = TimeSpan.FromSeconds(random.Pick([3, 10, 40, 1000])),
        TaskFailures = random.Pick([0, 0.1, 0.4]),
        Policy = random.Pick(["best-fit", "random"]),
    };
}
