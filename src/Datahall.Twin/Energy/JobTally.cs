namespace Datahall.Twin.Energy;

/// <summary>What came of the jobs of a scenario, each counted once it has ended.</summary>
public sealed record JobTally
{
    // Below ten seconds a wait says nothing about the job: the bounded slow-down of Feitelson and others, JSSPP 1997.
    private const double ShortestSeconds = 10;

    private double waits;
    private double completions;
    private double slowDowns;

    /// <summary>How many came.</summary>
    public int Submitted { get; internal set; }

    /// <summary>How many ended.</summary>
    public int Ended { get; private set; }

    /// <summary>The mean time from submission to the last start, in seconds.</summary>
    public double MeanWaitSeconds => Ended > 0 ? waits / Ended : 0;

    /// <summary>The mean time from submission to end, in seconds.</summary>
    public double MeanCompletionSeconds => Ended > 0 ? completions / Ended : 0;

    /// <summary>The mean of completion over undisturbed run time, that not below 10 s.</summary>
    public double MeanSlowDown => Ended > 0 ? slowDowns / Ended : 0;

    internal void Finished(double wait, double completion, double seconds)
    {
        Ended++;
        waits += wait;
        completions += completion;
        slowDowns += Math.Max(1, completion / Math.Max(seconds, ShortestSeconds));
    }
}
