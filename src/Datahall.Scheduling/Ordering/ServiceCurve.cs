namespace Datahall.Scheduling.Ordering;

/// <summary>What ended jobs teach about unfinished ones: how likely a job that has run so long ends soon.</summary>
/// <remarks>
/// For each level of run time (<see cref="ServiceLevels"/>) it counts the jobs that entered it and those that ended in it: a life table, so
/// jobs that still run count for what is known of them. Each GPU count has its own; thin ones lean on the table of all jobs, and that one on a
/// prior in which half of all jobs end in each doubling.
/// </remarks>
public sealed class ServiceCurve
{
    private const double PriorJobs = 8;
    private const double PriorHazard = 0.4;
    private const double PoolWeight = 16;

    private readonly Table all = new();
    private readonly Dictionary<int, Table> byGpus = [];
    private readonly Dictionary<int, double[]> seconds = [];

    /// <summary>A job ended or reached the end of a level.</summary>
    public void Add(int gpus, int level, ServiceEnd end)
    {
        if (!byGpus.TryGetValue(gpus, out var own))
        {
            byGpus.Add(gpus, own = new());
        }

        all.Add(level, end);
        own.Add(level, end);
    }

    /// <summary>Forgets what was computed from older counts.</summary>
    public void Refresh() => seconds.Clear();

    /// <summary>
    /// The reciprocal of the Gittins index: the least run time to be spent on such jobs for one of them to end, in seconds, over all ways to
    /// stop looking: min over k of E[time in levels b..k] / P(end in levels b..k).
    /// </summary>
    /// <remarks>Source: Gittins, Glazebrook and Weber, "Multi-armed Bandit Allocation Indices", 2nd ed. (2011), section 3.2. O(1) once computed.</remarks>
    public double SecondsToAnEnd(int gpus, int level)
    {
        if (!seconds.TryGetValue(gpus, out var table))
        {
            seconds.Add(gpus, table = Compute(byGpus.GetValueOrDefault(gpus)));
        }

        return table[level];
    }

    private double[] Compute(Table? own)
    {
        Span<double> hazards = stackalloc double[ServiceLevels.Count];
        for (var level = 0; level < hazards.Length; level++)
        {
            var pooled = (all.Ended[level] + (PriorJobs * PriorHazard)) / (all.Entered[level] + PriorJobs);
            hazards[level] = own is null ? pooled : (own.Ended[level] + (PoolWeight * pooled)) / (own.Entered[level] + PoolWeight);
        }

        var result = new double[hazards.Length];
        for (var level = 0; level < result.Length; level++)
        {
            result[level] = Best(hazards, level);
        }

        return result;
    }

    private static double Best(ReadOnlySpan<double> hazards, int from)
    {
        var (best, alive, time) = (double.PositiveInfinity, 1.0, 0.0);
        for (var level = from; level < hazards.Length; level++)
        {
            var length = level == hazards.Length - 1 ? ServiceLevels.Start(level) : ServiceLevels.End(level) - ServiceLevels.Start(level);
            time += alive * length * (1 - (hazards[level] / 2)); // Those that end in it do so half way on average.
            alive *= 1 - hazards[level];
            best = Math.Min(best, time / (1 - alive));
        }

        return best;
    }

    private sealed class Table
    {
        public double[] Entered { get; } = new double[ServiceLevels.Count];

        public double[] Ended { get; } = new double[ServiceLevels.Count];

        public void Add(int level, ServiceEnd end)
        {
            Entered[level]++;
            Ended[level] += end is ServiceEnd.OfJob ? 1 : 0;
        }
    }
}

/// <summary>How a job left a level of service.</summary>
public enum ServiceEnd
{
    /// <summary>It ran on into the next one.</summary>
    OfLevel,

    /// <summary>It ended.</summary>
    OfJob,
}
