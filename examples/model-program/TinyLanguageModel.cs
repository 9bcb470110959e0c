namespace ModelProgram;

/// <summary>A language model of one idea: it says again what it was told. A token is a word.</summary>
internal static class TinyLanguageModel
{
    private const int Dimensions = 16;

    /// <summary>The words of a text.</summary>
    public static string[] Tokens(string text) => text.Split([' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The reply to a prompt, word by word, each but the first with a blank in front.</summary>
    public static IEnumerable<string> Reply(string prompt, int most)
    {
        string[] words = ["You", "said:", .. Tokens(prompt)];
        return words.Take(Math.Max(1, most)).Select(static (word, i) => i == 0 ? word : $" {word}");
    }

    /// <summary>A vector of length 1 that texts with the same words share.</summary>
    public static float[] Embed(string text)
    {
        var vector = new float[Dimensions];
        foreach (var token in Tokens(text.ToLowerInvariant()))
        {
            vector[Hash(token) % Dimensions] += 1;
        }

        var norm = MathF.Sqrt(vector.Sum(static x => x * x));
        return norm == 0 ? vector : [.. vector.Select(x => x / norm)];
    }

    /// <summary>How likely a text is good news: a logistic function of words that a seed weighs, so that models of different seeds differ a little.</summary>
    public static float Sentiment(string text, int seed)
    {
        string[] good = ["good", "great", "thanks", "love", "up"], bad = ["bad", "loss", "fraud", "angry", "down"];
        var score = Tokens(text.ToLowerInvariant()).Sum(word => good.Contains(word) ? 1.0 : bad.Contains(word) ? -1.0 : 0);
        return (float)(1 / (1 + Math.Exp(-score * (1 + (0.1 * (seed % 5))))));
    }

    // The same in every process, unlike string.GetHashCode.
    private static uint Hash(string word) => word.Aggregate(2166136261u, static (hash, letter) => (hash ^ letter) * 16777619);
}
