namespace Datahall.Model.Manifests;

/// <summary>Finds the name that a misspelt word was meant to be.</summary>
public static class NearestName
{
    private const int LongestWord = 64;

    /// <summary>The candidate with the fewest edits (a letter added, dropped, changed, or two neighbours swapped) from the word.</summary>
    /// <returns>The nearest; null when none is within a third of the word's length. The first of equals in ordinal order.</returns>
    /// <remarks>Case counts for nothing: <c>Replicas</c> is nearest to <c>replicas</c>. O(candidates × length²), words above 64 letters have no nearest.</remarks>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        string? best = null;
        var bestDistance = (word.Length < 2 ? 0 : Math.Max(1, word.Length / 3)) + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestWord || Math.Abs(candidate.Length - word.Length) > bestDistance)
            {
                continue;
            }

            var distance = Distance(word, candidate);
            if (distance < bestDistance || (distance == bestDistance && best is not null && string.CompareOrdinal(candidate, best) < 0))
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment distance, by three rows of the table.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                var edits = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    edits = Math.Min(edits, before[j - 2] + 1);
                }

                current[j] = edits;
            }

            var oldest = before;
            before = previous;
            previous = current;
            current = oldest;
        }

        return previous[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
