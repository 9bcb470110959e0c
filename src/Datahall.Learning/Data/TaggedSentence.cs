namespace Datahall.Learning.Data;

/// <summary>A sentence of words with one tag each.</summary>
/// <param name="Words">The words in order.</param>
/// <param name="Tags">As many tags as words.</param>
internal sealed record TaggedSentence(IReadOnlyList<string> Words, IReadOnlyList<string> Tags)
{
    /// <summary>The file it came from, or null.</summary>
    public string? Source { get; init; }

    /// <summary>The line of its first word, counted from 1.</summary>
    public int Line { get; init; }
}
