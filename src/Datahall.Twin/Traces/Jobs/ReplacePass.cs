namespace Datahall.Twin.Traces.Jobs;

/// <summary>Places everybody anew from an empty hall, in order, at every event; who does not fit waits. Moving is free.</summary>
/// <remarks>The way preemptive disciplines are simulated in the literature, and in the Muri artefact.</remarks>
internal sealed class ReplacePass : IPass
{
    private readonly List<JobRun> running = [];
    private readonly List<JobRun> stopped = [];
    private readonly List<(JobRun Run, Holding[] Holdings)> kept = [];
    private readonly List<(JobRun Run, Holding[] Holdings)> started = [];
    private NodePool? scratch;

    public Placing Placing => Placing.AtEveryEvent;

    public void Run(Hall hall)
    {
        Choose(hall);
        stopped.ForEach(hall.Preempt);
        hall.Move(kept, MoveCost.Free);
        foreach (var (run, holdings) in started)
        {
            hall.Start(run, holdings);
        }
    }

    private void Choose(Hall hall)
    {
        hall.Refresh();
        running.Clear();
        running.AddRange(hall.Running);
        running.Sort(ByKey.Instance);
        stopped.Clear();
        kept.Clear();
        started.Clear();
        scratch ??= new(hall.Pool.Sizes);
        scratch.Clear();
        var heads = new LineHeads(hall.Room);
        var next = 0;
        while (next < running.Count || heads.First is not null)
        {
            if (heads.First is { } waiting && (next == running.Count || ByKey.Instance.Compare(waiting, running[next]) < 0))
            {
                if (scratch.Find(waiting.Job.Gpus, NodeFit.First) is { } holdings)
                {
                    scratch.Take(holdings);
                    started.Add((waiting, holdings));
                    heads.Next();
                }
                else
                {
                    heads.Close();
                }
            }
            else
            {
                Keep(running[next++]);
            }
        }
    }

    private void Keep(JobRun run)
    {
        if (scratch!.Find(run.Job.Gpus, NodeFit.First) is { } holdings)
        {
            scratch.Take(holdings);
            kept.Add((run, holdings));
        }
        else
        {
            stopped.Add(run);
        }
    }
}
