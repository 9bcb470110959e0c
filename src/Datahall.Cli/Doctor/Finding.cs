namespace Datahall.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Grade">How bad it is.</param>
/// <param name="Subject">What was checked.</param>
/// <param name="Detail">What is so.</param>
/// <param name="Mend">What to do about it; null when nothing needs doing.</param>
internal sealed record Finding(Grade Grade, string Subject, string Detail, string? Mend = null)
{
    public static Finding Good(string subject, string detail) => new(Grade.Good, subject, detail);

    public static Finding Weak(string subject, string detail, string mend) => new(Grade.Weak, subject, detail, mend);

    public static Finding Bad(string subject, string detail, string mend) => new(Grade.Bad, subject, detail, mend);
}

/// <summary>How bad a finding is.</summary>
internal enum Grade
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Datahall works, with less than it could.</summary>
    Weak,

    /// <summary>Something will fail.</summary>
    Bad,
}
