using System.ComponentModel.DataAnnotations;

namespace Datahall.Monitoring.Diagnosis;

/// <summary>What the catalogue knows of one failure: how it shows, what it is, and lines that prove the signature.</summary>
internal sealed record CatalogueEntry
{
    [Required]
    public string Id { get; init; } = "";

    [Required]
    public string Title { get; init; } = "";

    public DiagnosisSeverity Severity { get; init; } = DiagnosisSeverity.Warning;

    [Required]
    public string Cause { get; init; } = "";

    [Required]
    public string Advice { get; init; } = "";

    public RetryAdvice Retry { get; init; } = RetryAdvice.AfterChange;

    [Required]
    public string Source { get; init; } = "";

    /// <summary>Codes of the GPU driver (Xid).</summary>
    public List<int> Xid { get; init; } = [];

    /// <summary>Codes of the NVSwitch driver (SXid).</summary>
    public List<int> Sxid { get; init; } = [];

    /// <summary>Any of these shows it.</summary>
    public List<Signature> Signatures { get; init; } = [];

    /// <summary>Entries that explain this one when they are seen on the same device.</summary>
    public List<string> Follows { get; init; } = [];

    /// <summary>Entries that explain this one when they are seen on any device.</summary>
    public List<string> FollowsAnywhere { get; init; } = [];

    /// <summary>Only told when nothing else was recognised.</summary>
    public bool LastResort { get; init; }

    /// <summary>What to think when one device shows it often.</summary>
    public Repetition? Repeated { get; init; }

    /// <summary>Lines that must be recognised.</summary>
    public List<string> Positive { get; init; } = [];

    /// <summary>Lines that look alike and must not be.</summary>
    public List<string> NearMiss { get; init; } = [];
}

/// <summary>How a failure shows in a line.</summary>
internal sealed record Signature
{
    /// <summary>Text the line has, in whatever case. Without it the pattern is not tried.</summary>
    [Required]
    public string Literal { get; init; } = "";

    /// <summary>An expression the line matches too; null when the literal says all.</summary>
    public string? Pattern { get; init; }
}

/// <summary>From how many lines of one device on a failure means something worse.</summary>
internal sealed record Repetition
{
    public int Times { get; init; } = 3;

    public DiagnosisSeverity Severity { get; init; } = DiagnosisSeverity.Critical;

    [Required]
    public string Advice { get; init; } = "";

    public RetryAdvice Retry { get; init; } = RetryAdvice.Elsewhere;
}
