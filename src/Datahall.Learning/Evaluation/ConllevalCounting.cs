namespace Datahall.Learning.Evaluation;

/// <summary>Counts chunks word by word, as <c>conlleval.pl</c> (version 2004-01-26, Erik Tjong Kim Sang) does.</summary>
/// <remarks>
/// Chunks are not gathered and compared: whether one ends and whether one starts are asked apart, and for odd sequences of E- and S- the
/// answers do not match. Counting the same way gives the same figures there too.
/// </remarks>
internal sealed class ConllevalCounting
{
    private readonly SortedDictionary<string, ClassCounts> types = new(StringComparer.Ordinal);
    private (string Prefix, string Type) lastGold = Outside, lastFound = Outside;
    private bool correctSoFar;
    private long tokens, correctTokens;

    private static (string Prefix, string Type) Outside => ("O", "");

    /// <summary>Counts a sentence.</summary>
    public void Add(IEnumerable<string> gold, IEnumerable<string> predicted)
    {
        foreach (var (right, said) in Pairs.Of(gold, predicted))
        {
            tokens++;
            correctTokens += right == said ? 1 : 0;
            Step(Split(right), Split(said));
        }

        Step(Outside, Outside);
    }

    public EntityReport Report() => new(EntityMode.Conlleval, [.. types.Values], tokens, correctTokens);

    private void Step((string, string) gold, (string, string) found)
    {
        var (goldEnds, foundEnds) = (Ends(lastGold, gold), Ends(lastFound, found));
        if (correctSoFar && goldEnds && foundEnds && lastGold.Type == lastFound.Type)
        {
            correctSoFar = false;
            For(lastGold.Type).Correct++;
        }
        else if (goldEnds != foundEnds || gold.Item2 != found.Item2)
        {
            correctSoFar = false;
        }

        var (goldStarts, foundStarts) = (Starts(lastGold, gold), Starts(lastFound, found));
        correctSoFar |= goldStarts && foundStarts && gold.Item2 == found.Item2;
        if (goldStarts)
        {
            For(gold.Item2).Gold++;
        }

        if (foundStarts)
        {
            For(found.Item2).Found++;
        }

        (lastGold, lastFound) = (gold, found);
    }

    private ClassCounts For(string type) => types.TryGetValue(type, out var known) ? known : types[type] = new ClassCounts(type);

    private static (string Prefix, string Type) Split(string tag)
    {
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (tag, "") : (tag[..dash], tag[(dash + 1)..]);
    }

    private static bool Ends((string Prefix, string Type) last, (string Prefix, string Type) next) =>
        (last.Prefix, next.Prefix) is ("B" or "I", "B" or "O") or ("E", "E" or "I" or "O")
        || (last.Prefix is not ("O" or ".") && last.Type != next.Type)
        || last.Prefix is "[" or "]";

    private static bool Starts((string Prefix, string Type) last, (string Prefix, string Type) next) =>
        (last.Prefix, next.Prefix) is ("B" or "I" or "O", "B") or ("O" or "E", "I" or "E")
        || (next.Prefix is not ("O" or ".") && last.Type != next.Type)
        || next.Prefix is "[" or "]";
}
