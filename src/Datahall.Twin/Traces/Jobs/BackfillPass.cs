namespace Datahall.Twin.Traces.Jobs;

/// <summary>
/// First come, first served, with a reservation for the first that does not fit: its nodes at the earliest moment at which it will. Others pass
/// it when they end before that moment or leave those nodes alone.
/// </summary>
/// <remarks>EASY: Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995. Run times are taken as known.</remarks>
internal sealed class BackfillPass : IPass
{
    private readonly List<JobRun> waiting = [];
    private readonly List<JobRun> running = [];
    private NodePool? later;

    public void Run(Hall hall)
    {
        waiting.Clear();
        waiting.AddRange(hall.Room.Lines.SelectMany(static line => line.Jobs));
        waiting.Sort(ByKey.Instance);
        var next = 0;
        while (next < waiting.Count && hall.Pool.Find(waiting[next].Job.Gpus, NodeFit.Tightest) is { } holdings)
        {
            hall.Start(waiting[next++], holdings);
        }

        if (next < waiting.Count - 1 && hall.Pool.Free > 0)
        {
            Backfill(hall, next);
        }
    }

    private void Backfill(Hall hall, int blocked)
    {
        var start = Reserve(hall, waiting[blocked].Job.Gpus);
        for (var i = blocked + 1; i < waiting.Count && hall.Pool.Free > 0; i++)
        {
            var run = waiting[i];
            var ends = hall.Now + run.StartUpSeconds + run.RemainingSeconds <= start;
            if (hall.Pool.Find(run.Job.Gpus, NodeFit.Tightest, ends ? null : later) is { } holdings)
            {
                hall.Start(run, holdings);
                if (!ends)
                {
                    later!.Take(holdings);
                }
            }
        }
    }

    // Leaves in `later` what is free at that moment, without what the blocked job takes then.
    private double Reserve(Hall hall, int gpus)
    {
        later ??= new(hall.Pool.Sizes);
        later.CopyFrom(hall.Pool);
        running.Clear();
        running.AddRange(hall.Running);
        running.Sort(static (x, y) => (x.EndSeconds, x.Job.Index).CompareTo((y.EndSeconds, y.Job.Index)));
        foreach (var run in running)
        {
            later.Give(run.Holdings);
            if (later.Find(gpus, NodeFit.Tightest) is { } holdings)
            {
                later.Take(holdings);
                return run.EndSeconds;
            }
        }

        throw new InvalidOperationException($"{gpus} GPUs fit not even into the empty pool");
    }
}
