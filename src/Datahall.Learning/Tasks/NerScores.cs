using Datahall.Learning.Data;

namespace Datahall.Learning.Tasks;

/// <summary>How many of what was found is right.</summary>
internal readonly record struct EntityScores(double Precision, double Recall, double F1);

/// <summary>Scores of tagged sentences while training; <c>evaluate</c> reports all the rest.</summary>
internal static class NerScores
{
    /// <summary>Exact entities over all types, and the share of words whose tag is right.</summary>
    public static (EntityScores Entities, double Tokens) Of(IReadOnlyList<TaggedSentence> gold, IReadOnlyList<string[]> found)
    {
        var (right, wanted, given, tokens, all) = (0, 0, 0, 0, 0);
        for (var i = 0; i < gold.Count; i++)
        {
            var (own, other) = (TagSchemes.Entities(gold[i].Tags), TagSchemes.Entities(found[i]));
            right += own.Intersect(other).Count();
            (wanted, given, all) = (wanted + own.Count, given + other.Count, all + found[i].Length);
            tokens += gold[i].Tags.Zip(found[i]).Count(static pair => pair.First == pair.Second);
        }

        var (precision, recall) = (Share(right, given), Share(right, wanted));
        return (new(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0), Share(tokens, all));
    }

    private static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;
}
