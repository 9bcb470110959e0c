namespace Datahall.Scheduling.Ordering;

/// <summary>What jobs that ran teach about unfinished ones: how likely a job that has run so long ends soon.</summary>
/// <remarks>
/// For each level of run time (<see cref="ServiceLevels"/>) it counts the jobs that ended in it and the time that all jobs spent in it, so
/// jobs that still run count for what is known of them: the maximum-likelihood rate of a piecewise exponential life. Each GPU count has its
/// own; a thin one leans on that of all jobs, and that one on a prior in which the rate grows from level to level, as in published traces.
/// Not safe for several threads.
/// </remarks>
public sealed class ServiceCurve
{
    // How many passages through a level the prior, and the curve of all jobs, weigh; and the prior's ends for each passage of level 0, and how
    // many more of each further level. Tuned on Muri's traces 1 and 3, as submitted and as batches, and on no other trace.
    private const double PriorPassages = 64;
    private const double CommonPassages = 8;
    private const double PriorRate = 0.05;
    private const double PriorRateGrowth = 0.05;

    private static readonly double[] PriorSeconds = Seconds(static level => PriorRate + (PriorRateGrowth * level));

    private readonly Life all = new();
    private readonly Dictionary<int, Life> byGpus = [];
    private readonly Dictionary<int, double[]> seconds = [];

    /// <summary>The least run time to be spent for an end when nothing was learnt, in seconds; see <see cref="SecondsToAnEnd"/>.</summary>
    /// <param name="level">The level of the job's run time, 0 to <see cref="ServiceLevels.Count"/> − 1.</param>
    public static double PriorSecondsToAnEnd(int level) => PriorSeconds[level];

    /// <summary>A job ran on.</summary>
    /// <param name="gpus">How many GPUs it has.</param>
    /// <param name="from">The run time it was known to have before, in seconds.</param>
    /// <param name="to">Its run time now, in seconds.</param>
    public void Ran(int gpus, double from, double to) => Pass(gpus, from, to, +1);

    /// <summary>Forgets a job that ended.</summary>
    /// <param name="gpus">How many GPUs it had.</param>
    /// <param name="at">Its run time, in seconds.</param>
    public void Forget(int gpus, double at)
    {
        Pass(gpus, 0, at, -1);
        Count(gpus, at, -1);
    }

    private void Pass(int gpus, double from, double to, int sign)
    {
        var own = LifeOf(gpus);
        for (var level = ServiceLevels.Of(from); from < to; level++)
        {
            var until = Math.Min(to, ServiceLevels.End(level));
            var passages = Math.Max(0, until - from) / ServiceLevels.Length(level);
            all.Passages[level] += sign * passages;
            own.Passages[level] += sign * passages;
            from = Math.Max(from, until);
        }
    }

    /// <summary>A job ended.</summary>
    /// <param name="gpus">How many GPUs it had.</param>
    /// <param name="at">Its run time, in seconds.</param>
    public void Ended(int gpus, double at) => Count(gpus, at, +1);

    private void Count(int gpus, double at, int sign)
    {
        var level = ServiceLevels.Of(at);
        all.Ends[level] += sign;
        LifeOf(gpus).Ends[level] += sign;
    }

    /// <summary>Takes up what was told since the last time; between two calls the answers do not change.</summary>
    public void Refresh() => seconds.Clear();

    /// <summary>
    /// The reciprocal of the Gittins index: the least run time to be spent on such jobs for one of them to end, in seconds, over all ways to
    /// stop looking: min over k of E[time in levels b..k] / P(end in levels b..k).
    /// </summary>
    /// <param name="gpus">How many GPUs the job has.</param>
    /// <param name="level">The level b of its run time.</param>
    /// <remarks>
    /// Source: Gittins, Glazebrook and Weber, "Multi-armed Bandit Allocation Indices", 2nd ed. (2011), section 3.2. O(1) once computed.
    /// </remarks>
    public double SecondsToAnEnd(int gpus, int level)
    {
        if (!seconds.TryGetValue(gpus, out var table))
        {
            var own = LifeOf(gpus);
            seconds.Add(gpus, table = Seconds(l => (own.Ends[l] + (CommonPassages * CommonRate(l))) / (own.Passages[l] + CommonPassages)));
        }

        return table[level];
    }

    private double CommonRate(int level) =>
        (all.Ends[level] + (PriorPassages * (PriorRate + (PriorRateGrowth * level)))) / (all.Passages[level] + PriorPassages);

    private Life LifeOf(int gpus)
    {
        if (!byGpus.TryGetValue(gpus, out var own))
        {
            byGpus.Add(gpus, own = new());
        }

        return own;
    }

    private static double[] Seconds(Func<int, double> rateOf)
    {
        var result = new double[ServiceLevels.Count];
        for (var from = 0; from < result.Length; from++)
        {
            var (best, alive, time) = (double.PositiveInfinity, 1.0, 0.0);
            for (var level = from; level < result.Length; level++)
            {
                var rate = rateOf(level);
                var end = 1 - Math.Exp(-rate);
                time += alive * ServiceLevels.Length(level) * end / rate;
                alive *= 1 - end;
                best = Math.Min(best, time / (1 - alive));
            }

            result[from] = best;
        }

        return result;
    }

    /// <summary>Of each level: time spent in it, in lengths of the level, and ends in it.</summary>
    private sealed class Life
    {
        public double[] Passages { get; } = new double[ServiceLevels.Count];

        public double[] Ends { get; } = new double[ServiceLevels.Count];
    }
}
