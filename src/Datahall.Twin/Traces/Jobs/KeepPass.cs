namespace Datahall.Twin.Traces.Jobs;

/// <summary>Gives the hall to the first in order, and disturbs nobody without need.</summary>
/// <remarks>
/// Who is to run is decided by counting GPUs, in order; who runs goes before who waits unless the other's key is smaller by a factor of
/// <see cref="PatienceWithEstimates"/>, where keys are estimates. Then those that lost their turn stop, and the new ones take the tightest
/// room, the largest first. Where room is free but scattered, jobs are moved together. GPU counts of one, two, four, eight and whole nodes of
/// eight always pack, so what was counted also fits; with other counts or unlike nodes it may not, and then everybody is given room one by
/// one, in order.
/// <para>
/// Where run times are known, and all that wait would fit into the hall together, and nothing has arrived for long, the longest starts first
/// on room that falls free: everybody will start once more, each behind one that ends, so the sum of completion times stays what it was, and
/// the longest no longer starts last. Source: Coffman and Sethi, "Algorithms minimizing mean flow time: schedule-length properties", Acta
/// Informatica 6 (1976).
/// </para>
/// </remarks>
internal sealed class KeepPass : IPass
{
    // How many times smaller the estimated key of a job must be for a running one to stop for it. This and the next were tuned as the numbers
    // of the order were, on Muri's traces 1 and 3.
    private const double PatienceWithEstimates = 1.15;

    // How many times the mean gap between arrivals makes them rare enough to plan for the end.
    private const double QuietGaps = 16;

    private readonly List<JobRun> running = [];
    private readonly List<JobRun> stopped = [];
    private readonly List<JobRun> started = [];
    private double patience;
    private Packing? packing;

    public Placing Placing => Placing.WhenNeeded;

    public void Run(Hall hall)
    {
        if (hall.Room.Count == 0)
        {
            return;
        }

        packing ??= new(hall.Pool);
        patience = hall.Durations is Durations.Known ? 1 : PatienceWithEstimates;
        if (hall.Durations is Durations.Known)
        {
            hall.Refresh(); // Else keys stand still between levels of service, and each change of level is an event.
        }

        if (IsSettled(hall) || !Plan(hall))
        {
            return;
        }

        if (hall.Charge() && !Plan(hall))
        {
            return; // What placing costs has changed who is next.
        }

        stopped.ForEach(hall.Preempt);
        hall.Move(packing.Moved, MoveCost.AsStart);
        foreach (var (run, holdings) in packing.Placed)
        {
            hall.Start(run, holdings);
        }
    }

    // Nobody that waits would fit into what is free, or goes before anybody that runs: most events end here.
    private bool IsSettled(Hall hall)
    {
        var first = double.PositiveInfinity;
        foreach (var line in hall.Room.Lines)
        {
            if (line.Jobs.Min is { } head)
            {
                if (line.Gpus <= hall.Pool.Free)
                {
                    return false;
                }

                first = Math.Min(first, head.Key);
            }
        }

        return hall.Running.All(run => first * patience >= run.Key);
    }

    /// <summary>Says who stops, who starts and where; false when nobody starts.</summary>
    private bool Plan(Hall hall)
    {
        running.Clear();
        running.AddRange(hall.Running);
        running.Sort(ByKey.Instance);
        Count(hall);
        return started.Count > 0
            && (packing!.Try(running, stopped, started) || packing.InOrder(running, new(hall.Room), patience, stopped));
    }

    /// <summary>Says who stops and who starts by the number of GPUs.</summary>
    private void Count(Hall hall)
    {
        stopped.Clear();
        started.Clear();
        var left = hall.Pool.Capacity;
        if (IsTail(hall))
        {
            running.ForEach(run => left -= run.Job.Gpus);
            LongestFirst(hall, left);
        }
        else
        {
            InOrder(new(hall.Room), left);
        }
    }

    private void InOrder(LineHeads heads, int left)
    {
        var next = 0;
        while (next < running.Count || (left > 0 && heads.First is not null))
        {
            if (left > 0 && heads.First is { } waiting && (next == running.Count || waiting.Key * patience < running[next].Key))
            {
                if (waiting.Job.Gpus <= left)
                {
                    left -= waiting.Job.Gpus;
                    started.Add(waiting);
                    heads.Next();
                }
                else
                {
                    heads.Close();
                }
            }
            else
            {
                left -= Keep(running[next++], left);
            }
        }
    }

    private int Keep(JobRun run, int left)
    {
        if (run.Job.Gpus <= left)
        {
            return run.Job.Gpus;
        }

        stopped.Add(run);
        return 0;
    }

    private static bool IsTail(Hall hall) =>
        hall.Durations is Durations.Known
        && hall.Room.Gpus <= hall.Pool.Capacity
        && hall.Now - hall.LastArrival >= QuietGaps * hall.MeanGap;

    private void LongestFirst(Hall hall, int left)
    {
        var byLength = hall.Room.Lines.SelectMany(static line => line.Jobs)
            .OrderByDescending(static run => run.RemainingSeconds).ThenBy(static run => run.Job.Index);
        foreach (var run in byLength)
        {
            if (run.Job.Gpus <= left)
            {
                left -= run.Job.Gpus;
                started.Add(run);
            }
        }
    }
}
