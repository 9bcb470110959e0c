using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>What the free room of a node is worth to the tasks that are expected to come, in view of what else they could take.</summary>
/// <remarks>
/// The expected demand is as much work as there is free room, in the proportions of the mix. Every kind of task has a fee λ: high where tasks of the kind are few and room for them is plenty, so that
/// room is not kept for what will not come; 0 where there are more of them than room. Fees are found by filling the free room at given fees and raising those of which too many
/// were taken, lowering those of which too few were: the dual of the linear programme that packs the expected demand into the free room. A placement then costs what the room it takes
/// would have been worth: a bid price, as in revenue management. Source of the method: Talluri and van Ryzin, "An Analysis of Bid-Price Controls for Network Revenue
/// Management", Management Science 44 (1998); the packing by patterns with multipliers is Gilmore and Gomory, Operations Research 9 (1961).
/// </remarks>
internal sealed class ExpectedWorth : NodePotential
{
    /// <summary>Worths are kept as whole numbers of this part of a thousandth of a device.</summary>
    public const double PerMilli = 1024;

    private const double Temperature = 10;

    // An untouched device takes any task, also those that spoil most of it, and what fits must be placed. So it is worth a little less than the tables say: among placements that
    // are nearly equal, a task that combines well with others opens a device rather than completing one. Above 24 shares begin to fail long before the room is used.
    private const double Openness = 24;

    private const int ColdRounds = 200;
    private const int WarmRounds = 6;

    private readonly Dictionary<TaskShape, double> known = [];
    private ExpectedDemand? demand;
    private WorthTables? tables;
    private double[] fees = [];
    private double cpuFloor;
    private long edition;
    private long mix = -1;
    private long solvedAt;
    private int nodes;
    private int models;
    private int devices;

    protected override long Update(ClusterState cluster)
    {
        var layout = models != cluster.ModelCount || devices != cluster.MostDevices || Math.Abs(nodes - cluster.Count) * 50 > cluster.Count;
        if (layout || mix != cluster.Mix.Edition)
        {
            Begin(cluster);
        }
        else if (cluster.Taken - solvedAt < Math.Max(32, cluster.Count / 16))
        {
            return edition;
        }

        if (demand is { MilliPerTask: > 0 })
        {
            Solve(new(cluster), known.Count == 0 ? ColdRounds : WarmRounds);
        }

        solvedAt = cluster.Taken;
        return ++edition;
    }

    protected override long Of(int model, long cpuFree, ReadOnlySpan<int> free)
    {
        if (demand is not { MilliPerTask: > 0 })
        {
            return 0;
        }

        Span<byte> parts = stackalloc byte[Math.Min(free.Length, 256)];
        var (count, whole) = (0, 0);
        foreach (var milli in free)
        {
            whole += milli >= 1000 ? 1 : 0;
            if (milli is >= ExpectedDemand.MilliPerLevel and < 1000 && count < parts.Length)
            {
                parts[count++] = (byte)(milli / ExpectedDemand.MilliPerLevel);
            }
        }

        return (long)Math.Round((tables!.Worth(model, cpuFree, whole, parts[..count], out _) - (Openness * whole)) * PerMilli);
    }

    private void Begin(ClusterState cluster)
    {
        mix = cluster.Mix.Edition;
        (nodes, models, devices) = (cluster.Count, cluster.ModelCount, cluster.MostDevices);
        demand = new(cluster);
        tables = new(demand, models, devices);
        fees = [.. demand.Kinds.Select(k => known.GetValueOrDefault(k.Shape, k.GpuMilli * 0.1))];
    }

    // The first rounds are hot and take large steps; both cool down. The mean of the second half is what counts: the last round alone swings.
    private void Solve(FreeRoom room, int rounds)
    {
        var expected = room.GpuMilli / demand!.MilliPerTask;
        var taken = new double[fees.Length];
        var mean = new double[fees.Length];
        var (meanFloor, counted) = (0.0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var progress = rounds == ColdRounds ? round / (double)rounds : 1;
            var temperature = Temperature * Math.Max(1, 5 * (1 - (progress / 0.7)));
            var step = 30 * (rounds == ColdRounds ? Math.Max(0.15, 1 - (progress / 0.8)) : 0.3);
            tables!.CpuFloor = cpuFloor;
            tables.Fill(fees, temperature);
            var cpuLeft = tables.Flow(room, fees, temperature, taken);
            Adjust(taken, expected, step, cpuLeft);
            if (round >= rounds / 2)
            {
                for (var kind = 0; kind < mean.Length; kind++)
                {
                    mean[kind] += fees[kind];
                }

                (meanFloor, counted) = (meanFloor + cpuFloor, counted + 1);
            }
        }

        Keep(mean, meanFloor / counted, counted);
    }

    private void Adjust(ReadOnlySpan<double> taken, double expected, double step, double cpuLeft)
    {
        for (var kind = 0; kind < fees.Length; kind++)
        {
            // 0.3 of a task keeps the rarest kinds calm.
            var ratio = Math.Log((taken[kind] + 0.3) / ((expected * demand!.Kinds[kind].Probability) + 0.3));
            fees[kind] = Math.Clamp(fees[kind] + (step * Math.Clamp(ratio, -1, 1)), 0, demand.Kinds[kind].GpuMilli);
        }

        var wanted = expected * demand!.CpuPerTask;
        var missing = Math.Clamp((wanted - cpuLeft) / Math.Max(1, wanted), -1, 1);
        cpuFloor = Math.Clamp(cpuFloor + (step * 0.0001 * missing), 0, 0.25);
    }

    private void Keep(double[] mean, double floor, int counted)
    {
        cpuFloor = floor;
        known.Clear();
        for (var kind = 0; kind < fees.Length; kind++)
        {
            fees[kind] = mean[kind] / counted;
            known[demand!.Kinds[kind].Shape] = fees[kind];
        }

        tables!.CpuFloor = cpuFloor;
        tables.Fill(fees, Temperature);
    }
}
