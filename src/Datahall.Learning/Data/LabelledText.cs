namespace Datahall.Learning.Data;

/// <summary>A text, or two that are read together, with its labels.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text, such as the entity whose sentiment is asked for; null when there is none.</param>
/// <param name="Labels">The labels: one where a text has a single class, any number where it may have several; empty when unknown.</param>
internal sealed record LabelledText(string Text, string? Pair, IReadOnlyList<string> Labels)
{
    /// <summary>The file it came from, or null.</summary>
    public string? Source { get; init; }

    /// <summary>The line in that file, counted from 1.</summary>
    public int Line { get; init; }
}
