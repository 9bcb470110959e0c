using Datahall.Monitoring.Diagnosis;

namespace Datahall.Monitoring.Anomalies;

/// <summary>Something in a log that was not so before.</summary>
/// <param name="Kind">What.</param>
/// <param name="Template">The number of the template.</param>
/// <param name="Line">The number of the line where it began, from 1.</param>
/// <param name="Lines">Lines of the template in that window.</param>
/// <param name="Expected">Lines of it in a usual window.</param>
/// <param name="Severity">How bad, by what the template says: fatal is critical, error is a warning.</param>
public sealed record LogAnomaly(AnomalyKind Kind, int Template, long Line, long Lines, double Expected, DiagnosisSeverity Severity)
{
    /// <summary>When, in milliseconds since 1970; null when lines have no times.</summary>
    public long? UnixMilliseconds { get; init; }
}

/// <summary>Kinds of anomalies.</summary>
public enum AnomalyKind
{
    /// <summary>A kind of line that was never seen before.</summary>
    NewTemplate,

    /// <summary>Far more lines of a kind than usual.</summary>
    Burst,
}
