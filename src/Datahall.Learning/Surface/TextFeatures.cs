namespace Datahall.Learning.Surface;

/// <summary>What can be seen of a text without knowing a language: its words, pairs of words and runs of characters, as hashed features.</summary>
/// <remarks>
/// The features of the linear models that are hard to beat on short texts: words and their pairs, and runs of two to five characters within words (Joulin et
/// al. 2017, section 2; scikit-learn's <c>char_wb</c>). When the text is asked about another, the words around that one count apart.
/// </remarks>
internal static class TextFeatures
{
    /// <summary>How many numbers features are hashed to.</summary>
    public const int Buckets = 1 << 17;

    /// <summary>How many kinds of features there are, each with numbers of its own: words and their pairs, runs of characters, what stands around what is asked about.</summary>
    public const int Kinds = 3;

    private const int FirstRun = 1 << 16;
    private const int FirstAround = FirstRun + (1 << 15);
    private const int ShortestRun = 2;
    private const int LongestRun = 5;
    private const int Around = 6;
    private const string Asked = "\u0002";

    /// <summary>The kind of a feature, from 0 to below <see cref="Kinds"/>.</summary>
    public static int KindOf(int feature) => feature < FirstRun ? 0 : feature < FirstAround ? 1 : 2;

    /// <summary>The features of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">What is asked about it; null: nothing.</param>
    /// <returns>Numbers from 0 to below <see cref="Buckets"/>, at least one.</returns>
    public static int[] Of(string text, string? pair)
    {
        var (seen, runs, around) = (new FeatureBag(FirstRun), new FeatureBag(FirstAround - FirstRun, FirstRun), new FeatureBag(Buckets - FirstAround, FirstAround));
        seen.Add("bias", "");
        var words = Words(pair is null ? text : text.Replace(pair, $" {Asked} ", StringComparison.OrdinalIgnoreCase));
        for (var i = 0; i < words.Count; i++)
        {
            seen.Add("word", words[i]);
            seen.Add("pair", i == 0 ? $" {words[0]}" : $"{words[i - 1]} {words[i]}");
            AddRuns(runs, words[i]);
        }

        if (pair is not null)
        {
            AddAround(around, words);
        }

        return [.. seen.ToArray(), .. runs.ToArray(), .. around.ToArray()];
    }

    private static void AddRuns(FeatureBag bag, string word)
    {
        var padded = $" {word} ";
        for (var length = ShortestRun; length <= LongestRun; length++)
        {
            for (var start = 0; start + length <= padded.Length; start++)
            {
                bag.Add("run", padded.Substring(start, length));
            }
        }
    }

    private static void AddAround(FeatureBag bag, List<string> words)
    {
        for (var at = words.IndexOf(Asked); at >= 0; at = words.IndexOf(Asked, at + 1))
        {
            for (var i = Math.Max(0, at - Around); i < Math.Min(words.Count, at + Around + 1); i++)
            {
                if (i != at)
                {
                    bag.Add(i < at ? "before" : "after", words[i]);
                    bag.Add(i < at ? "before1" : "after1", Math.Abs(i - at) <= 2 ? words[i] : "");
                    bag.Add("to", i < at ? string.Join(' ', words[i..at]) : string.Join(' ', words[(at + 1)..(i + 1)]));
                }
            }
        }
    }

    private static List<string> Words(string text)
    {
        var (words, start) = (new List<string>(), -1);
        var lower = text.ToLowerInvariant();
        for (var i = 0; i <= lower.Length; i++)
        {
            var isWord = i < lower.Length && (char.IsLetterOrDigit(lower[i]) || lower[i] is '\'' or '\u0002');
            var isAlone = isWord && lower[i] is >= '\u4E00' and <= '\u9FFF';
            if (start >= 0 && (!isWord || isAlone))
            {
                words.Add(lower[start..i]);
                start = -1;
            }

            if (isAlone)
            {
                words.Add(lower[i].ToString());
            }
            else if (isWord && start < 0)
            {
                start = i;
            }
            else if (i < lower.Length && !isWord && !char.IsWhiteSpace(lower[i]))
            {
                words.Add(lower[i].ToString());
            }
        }

        return words;
    }
}
