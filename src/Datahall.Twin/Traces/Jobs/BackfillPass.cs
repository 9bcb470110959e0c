namespace Datahall.Twin.Traces.Jobs;

/// <summary>
/// First come, first served, with a reservation for the first that does not fit: as many GPUs as it asks, at the earliest moment at which so
/// many are free. Others pass it when they end before that moment, or are content with what is left over at it.
/// </summary>
/// <remarks>
/// EASY: Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995. Run times are taken as known. The reservation counts GPUs and no nodes, as
/// published EASY does, so the hall's fragmentation may still delay the one that has it.
/// </remarks>
internal sealed class BackfillPass : IPass
{
    private readonly List<JobRun> waiting = [];
    private readonly List<JobRun> running = [];

    public Placing Placing => Placing.AtEveryEvent;

    public void Run(Hall hall)
    {
        if (hall.Room.Count == 0 || hall.Pool.Free == 0)
        {
            return;
        }

        waiting.Clear();
        waiting.AddRange(hall.Room.Lines.SelectMany(static line => line.Jobs));
        waiting.Sort(ByKey.Instance);
        var next = 0;
        while (next < waiting.Count && hall.Pool.Find(waiting[next].Job.Gpus, NodeFit.Tightest) is { } holdings)
        {
            hall.Start(waiting[next++], holdings);
        }

        if (next < waiting.Count - 1)
        {
            Backfill(hall, next);
        }
    }

    private void Backfill(Hall hall, int blocked)
    {
        var (start, spare) = Reserve(hall, waiting[blocked].Job.Gpus);
        for (var i = blocked + 1; i < waiting.Count && hall.Pool.Free > 0; i++)
        {
            var run = waiting[i];
            var ends = hall.Now + run.RemainingSeconds <= start;
            if ((ends || run.Job.Gpus <= spare) && hall.Pool.Find(run.Job.Gpus, NodeFit.Tightest) is { } holdings)
            {
                hall.Start(run, holdings);
                spare -= ends ? 0 : run.Job.Gpus;
            }
        }
    }

    /// <summary>When so many GPUs are free, and how many more are then.</summary>
    private (double Start, int Spare) Reserve(Hall hall, int gpus)
    {
        running.Clear();
        running.AddRange(hall.Running);
        running.Sort(static (x, y) => x.EndSeconds.CompareTo(y.EndSeconds));
        var (free, start) = (hall.Pool.Free, hall.Now);
        foreach (var run in running)
        {
            if (free >= gpus && run.EndSeconds > start && start > hall.Now)
            {
                break; // All that end at that moment have been counted.
            }

            free += run.Job.Gpus;
            start = run.EndSeconds;
        }

        return (start, free - gpus);
    }
}
