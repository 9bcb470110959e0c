using Datahall.Model;
using Datahall.Twin.Time;

namespace Datahall.Twin.Faults;

/// <summary>Draws services with every kind of rollout.</summary>
internal static class SimulatedServices
{
    public static Service Draw(SimRandom random, string name, string program, string queue, DisruptionSpec disruption)
    {
        RouteSpec? route = random.Chance(0.8) ? new() { Ejection = new() { ReplaceAfter = Duration.FromSeconds(random.Pick([0, 5, 30])) } } : null;
        return new()
        {
            Name = name,
            Spec = new()
            {
                Queue = queue,
                Disruption = disruption,
                Replicas = random.Between(1, 3),
                Resources = new() { Cpu = new(500) },
                Run = new() { Process = new() { Command = [program] } },
                Health = new() { Tcp = new() },
                MaxBackoff = Duration.FromSeconds(8),
                Route = route,
                Rollout = Rollout(random, route is not null),
                Autoscale = random.Chance(0.4) ? Autoscale(random, route is not null) : null,
            },
        };
    }

    private static AutoscaleSpec Autoscale(SimRandom random, bool routed)
    {
        var signal = routed ? random.Below(3) : 3;
        var min = random.Between(routed ? 0 : 1, 2);
        return new()
        {
            Min = min,
            Max = min + random.Between(1, 5),
            Concurrency = signal is 0 ? random.Between(1, 6) : null,
            RequestsPerSecond = signal is 1 ? random.Between(20, 100) : null,
            Latency = signal is 2 ? new() { Target = Duration.FromSeconds(random.Pick([0.01, 0.1])) } : null,
            Schedule = signal is 3 ? [new() { From = 2, To = 1, Min = min + 1 }] : [], // A life begins in the hour that it leaves out.
            Predict = routed && random.Chance(0.3) ? new() { Lead = Duration.FromSeconds(30) } : null,
            Down = new() { Window = Duration.FromSeconds(random.Pick([0, 10, 60])), Share = random.Pick([0.5, 1]) },
            Idle = Duration.FromSeconds(random.Pick([5, 20, 60])),
        };
    }

    private static RolloutSpec Rollout(SimRandom random, bool routed)
    {
        var strategy = random.Pick([RolloutStrategy.Rolling, RolloutStrategy.Canary, RolloutStrategy.BlueGreen, routed ? RolloutStrategy.Shadow : RolloutStrategy.Rolling]);
        return new()
        {
            Strategy = strategy,
            Steps = Steps(random, strategy),
            Analysis = strategy is not RolloutStrategy.Rolling && routed && random.Chance(0.7) ? Analysis(random) : null,
            KeepOld = Duration.FromSeconds(random.Between(1, 20)),
            MaxSurge = random.Between(strategy is RolloutStrategy.Canary ? 1 : 0, 2),
            MaxUnavailable = 1,
            ProgressDeadline = Duration.FromSeconds(20),
        };
    }

    private static RolloutStep[] Steps(SimRandom random, RolloutStrategy strategy) => strategy switch
    {
        RolloutStrategy.Rolling => [],
        RolloutStrategy.BlueGreen => random.Chance(0.5) ? [] : [Step(random, 0)],
        _ => [.. Enumerable.Range(1, random.Between(1, 3)).Select(i => Step(random, random.Between(25 * (i - 1), 25 * i) + (i == 1 ? 1 : 0)))],
    };

    private static RolloutStep Step(SimRandom random, int weight) => random.Chance(0.3)
        ? new() { Weight = weight, Pause = true }
        : new() { Weight = weight, Hold = Duration.FromSeconds(random.Between(1, 15)) };

    private static RolloutAnalysis Analysis(SimRandom random) => new()
    {
        MaxErrorRate = random.Chance(0.5) ? 0.3 : null,
        MaxErrorIncrease = 0.2,
        MaxLatencyRatio = random.Chance(0.5) ? 2 : null,
        MinRequests = random.Between(1, 200),
        Interval = Duration.FromSeconds(random.Between(1, 5)),
        Patience = random.Chance(0.5) ? Duration.FromSeconds(random.Between(0, 20)) : null,
    };
}
