namespace Datahall.Monitoring.Diagnosis;

/// <summary>A failure that was recognised, and what to do about it.</summary>
/// <param name="Id">The entry of the catalogue, such as <c>xid-79</c>.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Cause">What is behind it.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Retry">Whether to try again helps.</param>
/// <param name="Evidence">The first lines that say so, fit to be shown; at most <see cref="DiagnosisRun.EvidenceKept"/>.</param>
public sealed record Diagnosis(
    string Id, string Title, DiagnosisSeverity Severity, string Cause, string Advice, RetryAdvice Retry, IReadOnlyList<string> Evidence)
{
    /// <summary>How many lines say so.</summary>
    public required long Count { get; init; }

    /// <summary>The GPU or switch the lines name; null when they name none.</summary>
    public string? Device { get; init; }

    /// <summary>Where the entry's knowledge comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Titles of failures that only followed from this one.</summary>
    public IReadOnlyList<string> Followed { get; init; } = [];
}

/// <summary>How bad a failure is.</summary>
public enum DiagnosisSeverity
{
    /// <summary>Worth to know, nothing to do.</summary>
    Info,

    /// <summary>The work failed or will; the machine is well.</summary>
    Warning,

    /// <summary>A machine, device or store is unfit for work.</summary>
    Critical,
}

/// <summary>Whether another attempt helps.</summary>
public enum RetryAdvice
{
    /// <summary>Likely, as it is.</summary>
    Yes,

    /// <summary>On another node.</summary>
    Elsewhere,

    /// <summary>Only after something was changed.</summary>
    AfterChange,
}
