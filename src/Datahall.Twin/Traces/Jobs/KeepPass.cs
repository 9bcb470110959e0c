namespace Datahall.Twin.Traces.Jobs;

/// <summary>Gives the hall to the first in order, and disturbs nobody without need.</summary>
/// <remarks>
/// Who is to run is decided by counting GPUs, in order, and who runs goes before who waits with the same key. Then those that lost their turn
/// stop, and the new ones take the tightest room, the largest first. Where room is free but scattered, jobs are moved together; each move costs a
/// start. GPU counts of one, two, four, eight and whole nodes always pack, so what was counted also fits; a gang of another size that does not
/// fit even so leaves its turn to the next.
/// </remarks>
internal sealed class KeepPass(KeepSettings settings) : IPass
{
    private readonly List<JobRun> running = [];
    private readonly List<JobRun> stopped = [];
    private readonly List<JobRun> started = [];
    private readonly HashSet<int> closed = [];
    private Packing? packing;

    public void Run(Hall hall)
    {
        if (hall.Room.Count == 0)
        {
            return;
        }

        packing ??= new(hall.Pool);
        hall.Refresh();
        running.Clear();
        running.AddRange(hall.Running);
        running.Sort(ByKey.Instance);
        closed.Clear();
        while (Choose(hall) && !packing.Try(running, stopped, started))
        {
            closed.Add(started.Max(static run => run.Job.Gpus)); // The largest is what does not pack.
        }

        if (started.Count > 0)
        {
            stopped.ForEach(hall.Preempt);
            hall.Move(packing.Moved, MoveCost.AsStart);
            foreach (var (run, holdings) in packing.Placed)
            {
                hall.Start(run, holdings);
            }
        }
    }

    /// <summary>Goes through all jobs in order and counts; false when nobody new has a turn.</summary>
    private bool Choose(Hall hall)
    {
        stopped.Clear();
        started.Clear();
        var heads = new LineHeads(hall.Room);
        var (left, next) = (hall.Pool.Capacity, 0);
        while (next < running.Count || (left > 0 && heads.First is not null))
        {
            if (left > 0 && heads.First is { } waiting && (next == running.Count || Before(waiting, running[next])))
            {
                if (waiting.Job.Gpus <= left && !closed.Contains(waiting.Job.Gpus))
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
                var run = running[next++];
                if (run.Job.Gpus <= left)
                {
                    left -= run.Job.Gpus;
                }
                else
                {
                    stopped.Add(run);
                }
            }
        }

        return started.Count > 0;
    }

    private bool Before(JobRun waiting, JobRun run) => waiting.Key * settings.Hysteresis < run.Key;
}

/// <summary>How a <see cref="KeepPass"/> weighs things.</summary>
/// <param name="Hysteresis">How many times smaller the key of a waiting job must be for a running one to stop for it; 1 or more.</param>
internal sealed record KeepSettings(double Hysteresis = 1);
