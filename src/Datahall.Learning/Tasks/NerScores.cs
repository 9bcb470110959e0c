using Datahall.Learning.Data;

namespace Datahall.Learning.Tasks;

/// <summary>How much of what was found is right.</summary>
internal readonly record struct EntityScores(double Precision, double Recall, double F1);

/// <summary>Scores of tagged sentences while training, counted as they come; <c>evaluate</c> reports all the rest.</summary>
internal sealed class NerScores
{
    private long right, wanted, given, rightTokens, tokens;

    /// <summary>Exact entities over all types.</summary>
    public EntityScores Entities
    {
        get
        {
            var (precision, recall) = (Share(right, given), Share(right, wanted));
            return new(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
        }
    }

    /// <summary>The share of words whose tag is right, 0 to 1.</summary>
    public double Tokens => Share(rightTokens, tokens);

    /// <summary>Counts a sentence, by its right tags and those that were found.</summary>
    public void Add(IReadOnlyList<string> gold, string[] found)
    {
        var (own, other) = (TagSchemes.Entities(gold), TagSchemes.Entities(found));
        right += own.Intersect(other).Count();
        (wanted, given, tokens) = (wanted + own.Count, given + other.Count, tokens + found.Length);
        rightTokens += gold.Zip(found).Count(static pair => pair.First == pair.Second);
    }

    private static double Share(long part, long all) => all == 0 ? 0 : (double)part / all;
}
