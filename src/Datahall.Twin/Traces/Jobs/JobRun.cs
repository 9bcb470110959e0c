using Datahall.Scheduling.Ordering;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>A job while it is simulated.</summary>
internal sealed class JobRun(TraceJob job)
{
    private double chargedSeconds;

    public TraceJob Job { get; } = job;

    public JobState State { get; set; }

    /// <summary>Work left, in seconds of undisturbed running, as of <see cref="CheckedSeconds"/>.</summary>
    public double RemainingSeconds { get; private set; } = job.Seconds;

    /// <summary>How long it has held its GPUs, in seconds, as of <see cref="CheckedSeconds"/>.</summary>
    public double AttainedSeconds { get; private set; }

    /// <summary>How much of that the order has been told of.</summary>
    public double LearntSeconds { get; set; }

    public double CheckedSeconds { get; private set; }

    /// <summary>Start-up time still to pass before work goes on, in seconds.</summary>
    public double StartUpSeconds { get; private set; }

    /// <summary>When it ends if nothing comes between; meaningful while it runs.</summary>
    public double EndSeconds => CheckedSeconds + StartUpSeconds + RemainingSeconds;

    public double FinishedSeconds { get; private set; } = double.NaN;

    public double FirstStartSeconds { get; private set; } = double.NaN;

    public int Preemptions { get; private set; }

    public int Moves { get; private set; }

    /// <summary>Time it held its GPUs without progress, in seconds; its first start-up is not counted.</summary>
    public double LostSeconds { get; private set; }

    public Holding[] Holdings { get; set; } = [];

    /// <summary>What the policy's order gave it last.</summary>
    public double Key { get; set; }

    /// <summary>Where it stands in the hall's list of running jobs.</summary>
    public int Place { get; set; }

    /// <summary>Tells its next event from those that were expected earlier.</summary>
    public int Version { get; private set; }

    public int NextVersion() => ++Version;

    /// <summary>What an order may look at; without the shares, which are the hall's to tell.</summary>
    public JobView View(Durations durations) => new(
        Job.SubmittedSeconds,
        Job.Gpus,
        AttainedSeconds,
        durations is Durations.Known ? RemainingSeconds : null,
        durations is Durations.Known ? Job.Seconds : null,
        QueueShare: 0);

    /// <summary>Takes up the GPUs.</summary>
    /// <param name="now">The time.</param>
    /// <param name="startUp">What the start costs, in seconds.</param>
    public void Start(double now, double startUp)
    {
        LostSeconds += double.IsNaN(FirstStartSeconds) ? 0 : startUp;
        FirstStartSeconds = double.IsNaN(FirstStartSeconds) ? now : FirstStartSeconds;
        (State, CheckedSeconds, chargedSeconds, StartUpSeconds) = (JobState.Running, now, now, startUp);
    }

    /// <summary>Brings work and service up to date.</summary>
    public void Advance(double now)
    {
        var passed = now - CheckedSeconds;
        var work = Math.Max(0, passed - StartUpSeconds);
        StartUpSeconds = Math.Max(0, StartUpSeconds - passed);
        RemainingSeconds = Math.Max(0, RemainingSeconds - work);
        AttainedSeconds += passed;
        CheckedSeconds = now;
    }

    /// <summary>Takes one start-up out of the work done since the last time, as the Muri artefact does.</summary>
    public void Charge(double now)
    {
        var lost = Math.Min(Job.StartSeconds, now - chargedSeconds);
        RemainingSeconds += lost;
        LostSeconds += lost;
        chargedSeconds = now;
    }

    /// <summary>Gives up the GPUs before the end.</summary>
    public void Preempt()
    {
        StartUpSeconds = 0;
        Preemptions++;
        Version++;
    }

    /// <summary>Pays for a move to other nodes.</summary>
    public void Move(double startUp)
    {
        LostSeconds += startUp;
        StartUpSeconds = startUp;
        Moves++;
    }

    public void Finish(double now)
    {
        (State, FinishedSeconds) = (JobState.Ended, now);
        Version++;
    }
}

/// <summary>Where a job is in its life.</summary>
internal enum JobState
{
    /// <summary>Not yet submitted.</summary>
    Ahead,

    /// <summary>Submitted, or preempted; holds nothing.</summary>
    Waiting,

    /// <summary>Holds its GPUs.</summary>
    Running,

    /// <summary>Done.</summary>
    Ended,
}
