namespace Datahall.Monitoring.Templates;

/// <summary>How templates are mined. The defaults serve every kind of log.</summary>
public sealed record MinerOptions
{
    /// <summary>The least that <see cref="MaxTemplates"/> may be.</summary>
    public const int LeastTemplates = 64;

    /// <summary>Templates kept at once, at least 64. When there are more, the rarest of those not seen lately become one for each length of line.</summary>
    public int MaxTemplates { get; init; } = 20_000;

    /// <summary>Shapes of lines whose template is remembered, so that the next such line needs one look-up.</summary>
    public int MaxShapes { get; init; } = 200_000;

    /// <summary>Different words at a place, with all else equal, that make it a value; at least 2.</summary>
    public int WordsNeeded { get; init; } = 4;

    /// <summary>The same where the words have numbers in them, as names of files have.</summary>
    public int MixedNeeded { get; init; } = 3;

    /// <summary>How many more are needed at the first place, which names what a line is about more often than not.</summary>
    public int MoreAtFirst { get; init; } = 3;

    /// <summary>The same for a place behind a word such as "user" or "host".</summary>
    public int NamesNeeded { get; init; } = 2;

    /// <summary>Places that may become values in one go.</summary>
    public int MostOpenAtOnce { get; init; } = 4;

    /// <summary>The share of a template's words that may become values in one go.</summary>
    public double MostOpenShare { get; init; } = 0.34;
}
