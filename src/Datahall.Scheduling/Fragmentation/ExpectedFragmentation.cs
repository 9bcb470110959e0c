using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>How much of a node's free devices the tasks of the mix cannot use, in the mean; the potential is its negative.</summary>
/// <remarks>
/// For a shape m: everything that is free when m asks for no device, must not run on the model, needs more processors than are free or more devices than
/// have enough left; otherwise the crumbs too small for m. Mean over the most frequent shapes that make up 95 % of the mix. Kept as a whole number: the sum over
/// tasks instead of the mean. Source: Weng et al., USENIX ATC 2023, section 3.
/// </remarks>
internal sealed class ExpectedFragmentation : NodePotential
{
    private const double Covered = 0.95;
    private const int MostRemembered = 1 << 16;

    private readonly Dictionary<NodeKey, long> remembered = [];
    private Kind[] kinds = [];
    private long tasks = 1;
    private long mix = -1;
    private int models;
    private long edition;

    /// <summary>A difference of the potential in thousandths of a device.</summary>
    public double Milli(long difference) => (double)difference / tasks;

    protected override long Update(ClusterState cluster)
    {
        if (mix != cluster.Mix.Edition || models != cluster.ModelCount)
        {
            (mix, models) = (cluster.Mix.Edition, cluster.ModelCount);
            kinds = Frequent(cluster);
            tasks = Math.Max(1, kinds.Sum(k => k.Count));
            remembered.Clear();
            edition++;
        }

        return edition;
    }

    protected override long Of(int model, long cpuFree, ReadOnlySpan<int> free)
    {
        var all = 0;
        foreach (var milli in free)
        {
            all += Math.Max(0, milli);
        }

        if (all == 0)
        {
            return 0;
        }

        if (!NodeKey.TryMake(model, cpuFree, free, out var key))
        {
            return -Sum(model, cpuFree, free, all);
        }

        if (!remembered.TryGetValue(key, out var value))
        {
            if (remembered.Count >= MostRemembered)
            {
                remembered.Clear();
            }

            remembered[key] = value = -Sum(model, cpuFree, free, all);
        }

        return value;
    }

    private long Sum(int model, long cpuFree, ReadOnlySpan<int> free, int all)
    {
        var sum = 0L;
        foreach (var kind in kinds)
        {
            sum += kind.Count * (kind.Devices == 0 || kind.CpuMilli > cpuFree || !kind.Models.Allows(model) ? all : Unusable(kind, free, all));
        }

        return sum;
    }

    private static int Unusable(Kind kind, ReadOnlySpan<int> free, int all)
    {
        var (usable, crumbs) = (0, 0);
        foreach (var milli in free)
        {
            usable += milli >= kind.MilliPerDevice ? 1 : 0;
            crumbs += milli < kind.MilliPerDevice ? Math.Max(0, milli) : 0;
        }

        return usable < kind.Devices ? all : crumbs;
    }

    private static Kind[] Frequent(ClusterState cluster)
    {
        var shapes = cluster.Mix.Shapes;
        var counts = cluster.Mix.Frequencies;
        var kinds = new List<Kind>();
        var (total, covered) = (0L, 0L);
        foreach (var count in counts)
        {
            total += count;
        }

        for (var i = 0; i < shapes.Length && covered < Covered * total; covered += counts[i], i++)
        {
            var shape = shapes[i];
            kinds.Add(new(shape.CpuMilli, shape.Devices, shape.MilliPerDevice, cluster.ModelsFor(shape.ModelList(), shape.Mig), counts[i]));
        }

        return [.. kinds];
    }

    private readonly record struct Kind(long CpuMilli, int Devices, int MilliPerDevice, ModelFilter Models, long Count);
}
