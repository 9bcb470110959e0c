namespace Datahall.Twin.Traces.Jobs;

/// <summary>Finds nodes for those that start, with as few moves of those that run as it can.</summary>
internal sealed class Packing(NodePool pool)
{
    private readonly NodePool scratch = new(pool.Sizes);
    private readonly NodePool before = new(pool.Sizes);
    private readonly HashSet<JobRun> leaving = [];
    private readonly List<JobRun> all = [];

    /// <summary>Where those that start go.</summary>
    public List<(JobRun Run, Holding[] Holdings)> Placed { get; } = [];

    /// <summary>Who runs and goes elsewhere.</summary>
    public List<(JobRun Run, Holding[] Holdings)> Moved { get; } = [];

    /// <summary>Tries to place; false when they cannot all fit, whatever is moved.</summary>
    /// <param name="running">All that run.</param>
    /// <param name="stopped">Those of them that give up their nodes.</param>
    /// <param name="started">Those that take nodes; sorted here, the largest first.</param>
    public bool Try(List<JobRun> running, List<JobRun> stopped, List<JobRun> started)
    {
        started.Sort(LargestFirst);
        before.CopyFrom(pool);
        foreach (var run in stopped)
        {
            before.Give(run.Holdings);
        }

        return InPlace(started) || Anew(running, stopped, started);
    }

    private bool InPlace(List<JobRun> started)
    {
        Placed.Clear();
        Moved.Clear();
        scratch.CopyFrom(before);
        foreach (var run in started)
        {
            if (scratch.Find(run.Job.Gpus, NodeFit.Tightest) is not { } holdings)
            {
                return false;
            }

            scratch.Take(holdings);
            Placed.Add((run, holdings));
        }

        return true;
    }

    // From an empty hall, the largest first; whoever runs stays where it is if nobody larger took the place.
    private bool Anew(List<JobRun> running, List<JobRun> stopped, List<JobRun> started)
    {
        Placed.Clear();
        Moved.Clear();
        leaving.Clear();
        leaving.UnionWith(stopped);
        all.Clear();
        all.AddRange(started);
        all.AddRange(running.Where(run => !leaving.Contains(run)));
        all.Sort(LargestFirst);
        scratch.Clear();
        foreach (var run in all)
        {
            var waits = run.State is JobState.Waiting;
            if (!waits && scratch.HasRoom(run.Holdings))
            {
                scratch.Take(run.Holdings);
            }
            else if (scratch.Find(run.Job.Gpus, NodeFit.Tightest, preferFree: before) is { } holdings)
            {
                scratch.Take(holdings);
                (waits ? Placed : Moved).Add((run, holdings));
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gives room one by one, in order; false when nobody new gets any.</summary>
    /// <param name="running">All that run, in order.</param>
    /// <param name="waiting">Those that wait, in order.</param>
    /// <param name="patience">How many times smaller the key of one that waits must be to go before one that runs.</param>
    /// <param name="stopped">Receives those that run and find no room.</param>
    public bool InOrder(List<JobRun> running, LineHeads waiting, double patience, List<JobRun> stopped)
    {
        Placed.Clear();
        Moved.Clear();
        stopped.Clear();
        scratch.Clear();
        var next = 0;
        while (next < running.Count || waiting.First is not null)
        {
            if (waiting.First is not { } head || (next < running.Count && head.Key * patience >= running[next].Key))
            {
                Keep(running[next++], stopped);
            }
            else if (scratch.Find(head.Job.Gpus, NodeFit.Tightest, preferFree: pool) is { } holdings)
            {
                scratch.Take(holdings);
                Placed.Add((head, holdings));
                waiting.Next();
            }
            else
            {
                waiting.Close();
            }
        }

        return Placed.Count > 0;
    }

    private void Keep(JobRun run, List<JobRun> stopped)
    {
        if (scratch.HasRoom(run.Holdings))
        {
            scratch.Take(run.Holdings);
        }
        else if (scratch.Find(run.Job.Gpus, NodeFit.Tightest) is { } holdings)
        {
            scratch.Take(holdings);
            Moved.Add((run, holdings));
        }
        else
        {
            stopped.Add(run);
        }
    }

    private static int LargestFirst(JobRun x, JobRun y)
    {
        var bySize = y.Job.Gpus.CompareTo(x.Job.Gpus);
        var byState = bySize != 0 ? bySize : y.State.CompareTo(x.State); // Who runs keeps its nodes before newcomers choose theirs.
        return byState != 0 ? byState : ByKey.Instance.Compare(x, y);
    }
}
