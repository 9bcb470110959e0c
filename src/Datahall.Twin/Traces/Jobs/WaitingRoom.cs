namespace Datahall.Twin.Traces.Jobs;

/// <summary>
/// The jobs that wait, in one sorted line for each queue and GPU count: when the first of a line does not fit, none behind it does, so a pass
/// looks at as many jobs as it starts, and at one more of each line.
/// </summary>
internal sealed class WaitingRoom
{
    private readonly SortedDictionary<(int Queue, int Gpus), Line> lines = [];

    public int Count { get; private set; }

    /// <summary>GPUs that all who wait ask together.</summary>
    public long Gpus { get; private set; }

    /// <summary>The lines, in a fixed order.</summary>
    public IEnumerable<Line> Lines => lines.Values;

    /// <summary>Puts a job into its line.</summary>
    /// <param name="run">The job; its key must be set and must not change while it waits.</param>
    /// <param name="queue">The queue whose line it is.</param>
    public void Add(JobRun run, int queue)
    {
        if (!lines.TryGetValue((queue, run.Job.Gpus), out var line))
        {
            lines.Add((queue, run.Job.Gpus), line = new(queue, run.Job.Gpus));
        }

        line.Jobs.Add(run);
        Count++;
        Gpus += run.Job.Gpus;
    }

    public void Remove(JobRun run, int queue)
    {
        if (!lines[(queue, run.Job.Gpus)].Jobs.Remove(run))
        {
            throw new InvalidOperationException($"job {run.Job.Name} does not wait");
        }

        Count--;
        Gpus -= run.Job.Gpus;
    }

    internal sealed class Line(int queue, int gpus)
    {
        public int Queue { get; } = queue;

        public int Gpus { get; } = gpus;

        public SortedSet<JobRun> Jobs { get; } = new(ByKey.Instance);
    }
}

/// <summary>By key, then by place in the trace.</summary>
internal sealed class ByKey : IComparer<JobRun>
{
    public static ByKey Instance { get; } = new();

    public int Compare(JobRun? x, JobRun? y)
    {
        var byKey = x!.Key.CompareTo(y!.Key);
        return byKey != 0 ? byKey : x.Job.Index.CompareTo(y.Job.Index);
    }
}
