using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The simulated hall: who waits, who runs where, and what starting, stopping and moving does.</summary>
internal sealed class Hall(JobPolicy policy, SimulationRules rules, NodePool pool)
{
    private readonly PriorityQueue<(JobRun Run, int Version), (double Time, int Index)> events = new();
    private readonly Dictionary<string, int> queues = new(StringComparer.Ordinal);
    private readonly List<int> inUse = [];
    private readonly List<JobRun> running = [];
    private readonly Learning learning = new(policy.Order, rules.Durations);
    private double firstArrival;
    private int arrivals;

    public NodePool Pool { get; } = pool;

    /// <summary>Whether the policy is told the run times.</summary>
    public Durations Durations => rules.Durations;

    public WaitingRoom Room { get; } = new();

    /// <summary>The jobs that run, in no order that means anything.</summary>
    public IReadOnlyList<JobRun> Running => running;

    public double Now { get; private set; }

    /// <summary>When the last job was submitted.</summary>
    public double LastArrival { get; private set; }

    /// <summary>Mean time between arrivals so far, in seconds.</summary>
    public double MeanGap => arrivals > 1 ? (LastArrival - firstArrival) / (arrivals - 1) : 0;

    /// <summary>When the next job ends or comes to a new key; positive infinity when none will.</summary>
    public double NextEvent
    {
        get
        {
            while (events.TryPeek(out var next, out var at))
            {
                if (next.Run.Version == next.Version)
                {
                    return at.Time;
                }

                events.Dequeue();
            }

            return double.PositiveInfinity;
        }
    }

    /// <summary>Goes to a moment, and ends what ends there.</summary>
    public void Advance(double now)
    {
        Now = now;
        while (NextEvent <= now)
        {
            var run = events.Dequeue().Run;
            if (run.EndSeconds <= now)
            {
                Leave(run);
                run.Finish(now);
                learning.Ended(run);
            }
            else
            {
                run.Advance(now);
                learning.Ran(run);
                run.Key = Key(run);
                Expect(run);
            }
        }
    }

    /// <summary>Placing jobs disturbs those that run: what that costs them where the artefact's rule holds.</summary>
    /// <returns>Whether it holds.</returns>
    public bool Charge()
    {
        if (rules.Cost is not StartCost.Artefact)
        {
            return false;
        }

        foreach (var run in running)
        {
            run.Advance(Now);
            run.Charge(Now);
            run.Key = Key(run);
            Expect(run);
        }

        return true;
    }

    /// <summary>Brings the keys of running jobs up to date.</summary>
    public void Refresh()
    {
        foreach (var run in running)
        {
            run.Advance(Now);
            run.Key = Key(run);
        }
    }

    /// <summary>Gives all jobs the keys that follow from what was learnt, when enough was.</summary>
    public void Learn()
    {
        if (!learning.IsDue)
        {
            return;
        }

        running.ForEach(run => run.Advance(Now));
        running.ForEach(learning.Ran);
        learning.TakeUp();
        var waiting = Room.Lines.SelectMany(static line => line.Jobs).ToList();
        waiting.ForEach(run => Room.Remove(run, Line(run)));
        waiting.ForEach(Submit);
        Refresh();
    }

    /// <summary>A job arrives.</summary>
    public void Arrive(JobRun run)
    {
        firstArrival = arrivals++ == 0 ? Now : firstArrival;
        LastArrival = Now;
        Submit(run);
    }

    private void Submit(JobRun run)
    {
        run.State = JobState.Waiting;
        run.Key = Key(run);
        Room.Add(run, Line(run));
    }

    public void Start(JobRun run, Holding[] holdings)
    {
        Room.Remove(run, Line(run));
        Pool.Take(holdings);
        run.Holdings = holdings;
        run.Start(Now, rules.StartSeconds(run));
        run.Place = running.Count;
        running.Add(run);
        inUse[Queue(run)] += run.Job.Gpus;
        Expect(run);
    }

    public void Preempt(JobRun run)
    {
        Leave(run);
        run.Preempt();
        Submit(run);
    }

    /// <summary>Puts running jobs on other nodes, all at once.</summary>
    /// <param name="moves">Who goes where; together they must fit.</param>
    /// <param name="cost">Whether a move costs a start.</param>
    public void Move(IReadOnlyList<(JobRun Run, Holding[] Holdings)> moves, MoveCost cost)
    {
        foreach (var (run, _) in moves)
        {
            Pool.Give(run.Holdings);
        }

        foreach (var (run, holdings) in moves)
        {
            Pool.Take(holdings);
            run.Holdings = holdings;
            if (cost is MoveCost.AsStart)
            {
                run.Advance(Now);
                run.Move(rules.StartSeconds(run));
                Expect(run);
            }
        }
    }

    /// <summary>The key of a job now; as if its queue held nothing.</summary>
    public double Key(JobRun run) => policy.Order.Key(View(run));

    /// <summary>The key of the first of a line, with what its queue holds of the pool.</summary>
    public double Key(WaitingRoom.Line line) => policy.Lines is Lines.ByQueue
        ? policy.Order.Key(View(line.Jobs.Min!) with { QueueShare = (double)inUse[line.Queue] / Pool.Capacity })
        : line.Jobs.Min!.Key;

    private void Leave(JobRun run)
    {
        run.Advance(Now);
        learning.Ran(run);
        Pool.Give(run.Holdings);
        run.Holdings = [];
        inUse[Queue(run)] -= run.Job.Gpus;
        var last = running[^1];
        (running[run.Place], last.Place) = (last, run.Place);
        running.RemoveAt(running.Count - 1);
    }

    private JobView View(JobRun run) => run.View(rules.Durations) with { PoolShare = (double)run.Job.Gpus / Pool.Capacity };

    private int Line(JobRun run) => policy.Lines is Lines.ByQueue ? Queue(run) : 0;

    private int Queue(JobRun run)
    {
        if (!queues.TryGetValue(run.Job.Queue, out var number))
        {
            queues.Add(run.Job.Queue, number = inUse.Count);
            inUse.Add(0);
        }

        return number;
    }

    private void Expect(JobRun run)
    {
        var steady = policy.Order.SteadySeconds(View(run));
        events.Enqueue((run, run.NextVersion()), (Math.Min(run.EndSeconds, run.CheckedSeconds + steady), run.Job.Index));
    }
}
