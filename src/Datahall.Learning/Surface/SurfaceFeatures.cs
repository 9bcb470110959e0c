using System.Text;

namespace Datahall.Learning.Surface;

/// <summary>What can be seen of a word and its neighbours without knowing a language: the words, their shapes, beginnings and ends, as hashed features.</summary>
/// <remarks>
/// The features of the conditional random fields that led named-entity recognition before pre-training: Finkel, Grenager and Manning, "Incorporating
/// Non-local Information into Information Extraction Systems by Gibbs Sampling", ACL 2005, table 2. Hashed: Weinberger et al., "Feature Hashing for Large
/// Scale Multitask Learning", ICML 2009.
/// </remarks>
internal static class SurfaceFeatures
{
    /// <summary>How many numbers features are hashed to.</summary>
    public const int Buckets = 1 << 18;

    private const int Around = 2;
    private const int LongestAffix = 5;

    /// <summary>The features of each word.</summary>
    /// <param name="words">A sentence.</param>
    /// <returns>Numbers from 0 to below <see cref="Buckets"/>, a list for each word.</returns>
    public static int[][] Of(IReadOnlyList<string> words)
    {
        var sights = words.Select(static word => new Sight(word)).ToList();
        var hasLower = words.Any(static word => word.Any(char.IsLower)); // A headline in capitals says nothing by its capitals.
        return [.. Enumerable.Range(0, words.Count).Select(at => FeaturesAt(sights, at, hasLower))];
    }

    private static int[] FeaturesAt(List<Sight> words, int at, bool hasLower)
    {
        var features = new FeatureBag(Buckets);
        features.Add("bias", "");
        features.Add("case", hasLower ? "mixed" : "capitals");
        for (var offset = -Around; offset <= Around; offset++)
        {
            var seen = At(words, at + offset);
            features.Add($"lower{offset}", seen.Lower);
            features.Add($"shape{offset}", seen.Shape);
            if (Math.Abs(offset) <= 1)
            {
                features.Add($"word{offset}", seen.Word);
                features.Add($"long{offset}", seen.LongShape);
            }
        }

        var (own, before, after) = (At(words, at), At(words, at - 1), At(words, at + 1));
        for (var length = 1; length <= Math.Min(LongestAffix, own.Lower.Length); length++)
        {
            features.Add($"prefix{length}", own.Lower[..length]);
            features.Add($"suffix{length}", own.Lower[^length..]);
        }

        features.Add("shapes", $"{before.Shape} {own.Shape} {after.Shape}");
        features.Add("before,own", $"{before.Lower} {own.Lower}");
        features.Add("own,after", $"{own.Lower} {after.Lower}");
        features.Add("before,shape", $"{before.Lower} {own.Shape}");
        features.Add("shape,after", $"{own.Shape} {after.Lower}");
        features.Add("around", $"{before.Lower} {after.Lower}");
        features.Add("end,before", $"{own.Lower[Math.Max(0, own.Lower.Length - 3)..]} {before.Shape}");
        return features.ToArray();
    }

    private static Sight At(List<Sight> words, int at) => at < 0 ? Sight.Begin : at >= words.Count ? Sight.End : words[at];

    private sealed class Sight(string word)
    {
        public static readonly Sight Begin = new("\u0002");
        public static readonly Sight End = new("\u0003");

        public string Word { get; } = word;

        public string Lower { get; } = word.ToLowerInvariant();

        /// <summary>X for capitals, x for small letters, d for digits, the rest as it is; repeated ones once.</summary>
        public string Shape { get; } = ShapeOf(word, folds: true);

        /// <summary>The same without leaving out repeated ones, at most eight.</summary>
        public string LongShape { get; } = ShapeOf(word.Length > 8 ? word[..8] : word, folds: false);

        private static string ShapeOf(string word, bool folds)
        {
            var shape = new StringBuilder(word.Length);
            foreach (var c in word)
            {
                var kind = char.IsUpper(c) ? 'X' : char.IsLower(c) ? 'x' : char.IsDigit(c) ? 'd' : char.IsLetter(c) ? 'c' : c;
                if (!folds || shape.Length == 0 || shape[^1] != kind)
                {
                    shape.Append(kind);
                }
            }

            return shape.ToString();
        }
    }
}
