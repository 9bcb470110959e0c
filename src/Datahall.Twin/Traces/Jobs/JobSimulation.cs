namespace Datahall.Twin.Traces.Jobs;

/// <summary>Runs the jobs of a trace through a hall under a policy, from event to event.</summary>
public static class JobSimulation
{
    /// <summary>Simulates until every job has ended.</summary>
    /// <param name="trace">The jobs; each fits into the empty pool.</param>
    /// <param name="nodes">GPUs of each node.</param>
    /// <param name="policy">A name of <see cref="JobPolicies.Names"/>.</param>
    /// <param name="rules">What is assumed.</param>
    /// <param name="progress">Told of the share of jobs that have been submitted, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the simulation early.</param>
    /// <returns>What became of every job; the same for the same arguments.</returns>
    public static JobOutcomes Run(
        JobTrace trace,
        IReadOnlyList<int> nodes,
        string policy,
        SimulationRules rules,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        var chosen = JobPolicies.Create(policy);
        rules = chosen.Durations is Durations.Known ? rules with { Durations = Durations.Known } : rules;
        var hall = new Hall(chosen, rules, new(nodes));
        var runs = trace.Jobs.Select(static job => new JobRun(job)).ToList();
        var load = new LoadCurve();
        var (arrived, events) = (0, 0L);
        while (true)
        {
            var now = Math.Min(arrived < runs.Count ? runs[arrived].Job.SubmittedSeconds : double.PositiveInfinity, hall.NextEvent);
            if (double.IsPositiveInfinity(now))
            {
                break;
            }

            hall.Advance(now);
            if (chosen.Pass.Placing is Placing.AtEveryEvent)
            {
                hall.Charge();
            }

            while (arrived < runs.Count && runs[arrived].Job.SubmittedSeconds <= now)
            {
                hall.Arrive(runs[arrived++]);
            }

            hall.Learn();
            chosen.Pass.Run(hall);
            load.Add(now, hall.Pool.Capacity - hall.Pool.Free, hall.Room.Count);
            if (++events % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report((double)arrived / runs.Count);
            }
        }

        return new(runs, hall.Pool.Capacity, load, events);
    }
}
