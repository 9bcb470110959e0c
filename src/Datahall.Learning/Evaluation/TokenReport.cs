namespace Datahall.Learning.Evaluation;

/// <summary>How well single labels are told: of the tokens of a tagger, O included, or of the texts of a classifier.</summary>
internal sealed class TokenReport
{
    private TokenReport(IReadOnlyList<ClassCounts> counts, long total, ZeroDivision zero)
    {
        Classes = [.. counts.Select(count => count.Score(zero))];
        Micro = Averages.Micro(counts, zero);
        Macro = Averages.Macro(Classes);
        Weighted = Averages.Weighted(Classes);
        Accuracy = total > 0 ? (double)counts.Sum(count => count.Correct) / total : 0;
        Count = total;
    }

    /// <summary>A score for each label that is gold or predicted somewhere, in the order of their characters.</summary>
    public IReadOnlyList<ClassScore> Classes { get; }

    public ClassScore Micro { get; }

    public ClassScore Macro { get; }

    public ClassScore Weighted { get; }

    /// <summary>The share of labels that are right, 0 to 1.</summary>
    public double Accuracy { get; }

    /// <summary>How many labels were compared.</summary>
    public long Count { get; }

    /// <summary>Compares labels one by one.</summary>
    /// <exception cref="LearningException">There are not as many of one as of the other.</exception>
    public static TokenReport Of(IEnumerable<string> gold, IEnumerable<string> predicted, ZeroDivision zero = ZeroDivision.Zero)
    {
        var counts = new SortedDictionary<string, ClassCounts>(StringComparer.Ordinal);
        var total = 0L;
        foreach (var (right, found) in Pairs.Of(gold, predicted))
        {
            total++;
            For(right).Gold++;
            For(found).Found++;
            For(right).Correct += right == found ? 1 : 0;
        }

        return new TokenReport([.. counts.Values], total, zero);

        ClassCounts For(string label) => counts.TryGetValue(label, out var known) ? known : counts[label] = new ClassCounts(label);
    }

    /// <summary>In the layout of <c>classification_report</c>, with the micro average as the published tables have it.</summary>
    public string Text(int digits) => ClassificationText.Write(Classes, [Micro, Macro, Weighted], digits);

    /// <summary>The same with the accuracy, as scikit-learn writes when no labels are chosen; it prints the micro F1, which may differ in the last bit.</summary>
    public string TextWithAccuracy(int digits) => ClassificationText.WriteWithAccuracy(Classes, Micro.F1, [Macro, Weighted], digits);
}
