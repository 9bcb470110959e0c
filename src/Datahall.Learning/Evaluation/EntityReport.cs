using System.Globalization;
using System.Text;

namespace Datahall.Learning.Evaluation;

/// <summary>How well whole entities are found: one is correct when its type and both its borders are.</summary>
internal sealed class EntityReport
{
    internal EntityReport(EntityMode mode, IReadOnlyList<ClassCounts> types, long tokens, long correctTokens)
    {
        Mode = mode;
        Counts = types;
        Tokens = tokens;
        Accuracy = tokens > 0 ? (double)correctTokens / tokens : 0;
        Classes = [.. types.Select(type => type.Score())];
        Micro = Averages.Micro(types);

        // seqeval leaves out types that are predicted and never there, unless it counts strictly.
        var counted = mode == EntityMode.Seqeval ? Classes.Where(type => type.Support > 0).ToArray() : Classes;
        Macro = Averages.Macro(counted);
        Weighted = Averages.Weighted(counted);
    }

    public EntityMode Mode { get; }

    /// <summary>Correct, found and gold entities of each type, in the order of their characters.</summary>
    public IReadOnlyList<ClassCounts> Counts { get; }

    public IReadOnlyList<ClassScore> Classes { get; }

    /// <summary>All types together: the F1 that papers give.</summary>
    public ClassScore Micro { get; }

    public ClassScore Macro { get; }

    public ClassScore Weighted { get; }

    public long Tokens { get; }

    /// <summary>The share of tags that are right, O included, 0 to 1.</summary>
    public double Accuracy { get; }

    /// <summary>Compares the tags of sentences.</summary>
    /// <exception cref="LearningException">There are not as many sentences or tags of one as of the other, or a strict mode does not know a tag.</exception>
    public static EntityReport Of(
        IEnumerable<IReadOnlyList<string>> gold, IEnumerable<IReadOnlyList<string>> predicted, EntityMode mode = EntityMode.Conlleval)
    {
        if (mode == EntityMode.Conlleval)
        {
            var counting = new ConllevalCounting();
            foreach (var (right, found) in Pairs.Of(gold, predicted))
            {
                counting.Add(right, found);
            }

            return counting.Report();
        }

        return SeqevalCounting.Count(gold, predicted, mode);
    }

    /// <summary>In the layout of <c>conlleval.pl</c>.</summary>
    public string ConllevalText()
    {
        var (found, correct) = (Counts.Sum(type => type.Found), Counts.Sum(type => type.Correct));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"processed {Tokens} tokens with {Micro.Support} phrases; found: {found} phrases; correct: {correct}.\n");
        if (Tokens > 0)
        {
            text.Append("accuracy: ").Append(Percent(Accuracy)).Append("%; ");
            AppendScore(text, Micro).Append('\n');
        }

        foreach (var (type, counts) in Classes.Zip(Counts))
        {
            text.Append(type.Label.PadLeft(17)).Append(": ");
            AppendScore(text, type).Append(CultureInfo.InvariantCulture, $"  {counts.Found}\n");
        }

        return text.ToString();
    }

    /// <summary>In the layout of <c>classification_report</c>, as seqeval writes it.</summary>
    public string Text(int digits) => ClassificationText.Write(
        [.. Classes.Where(type => Mode != EntityMode.Seqeval || type.Support > 0)], [Micro, Macro, Weighted], digits);

    private static StringBuilder AppendScore(StringBuilder text, ClassScore score)
    {
        var (precision, recall) = (100 * score.Precision, 100 * score.Recall);
        var f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
        return text.Append("precision: ").Append(Percent(score.Precision)).Append("%; recall: ").Append(Percent(score.Recall))
            .Append("%; FB1: ").Append(FixedPoint.Text(f1, 2).PadLeft(6));
    }

    private static string Percent(double share) => FixedPoint.Text(100 * share, 2).PadLeft(6);
}
