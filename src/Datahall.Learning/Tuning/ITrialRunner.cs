namespace Datahall.Learning.Tuning;

/// <summary>Runs trials somewhere.</summary>
internal interface ITrialRunner
{
    /// <summary>Starts a trial, or lets it go on.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="folder">The folder of its run.</param>
    IRunningTrial Start(Trial trial, string folder);
}

/// <summary>A trial that runs.</summary>
internal interface IRunningTrial : IDisposable
{
    /// <summary>Looks whether it has ended.</summary>
    TrialOutcome Look();

    /// <summary>Ends it; it has ended when this returns.</summary>
    void Stop();
}

/// <summary>Whether a trial has ended, and how.</summary>
/// <param name="HasEnded">Whether it has.</param>
/// <param name="Failure">Why it failed; null: it did not.</param>
internal readonly record struct TrialOutcome(bool HasEnded, string? Failure = null);
