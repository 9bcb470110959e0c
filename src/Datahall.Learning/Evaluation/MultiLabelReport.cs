namespace Datahall.Learning.Evaluation;

/// <summary>How well sets of labels are told, where an example may have any number of them.</summary>
internal sealed class MultiLabelReport
{
    private MultiLabelReport(IReadOnlyList<ClassCounts> counts, ClassScore samples, double exact)
    {
        Classes = [.. counts.Select(count => count.Score())];
        Micro = Averages.Micro(counts);
        Macro = Averages.Macro(Classes);
        Weighted = Averages.Weighted(Classes);
        Samples = samples with { Support = Micro.Support };
        Exact = exact;
    }

    public IReadOnlyList<ClassScore> Classes { get; }

    public ClassScore Micro { get; }

    public ClassScore Macro { get; }

    public ClassScore Weighted { get; }

    /// <summary>The mean over examples of each one's precision, recall and F1.</summary>
    public ClassScore Samples { get; }

    /// <summary>The share of examples whose set is right as a whole, 0 to 1.</summary>
    public double Exact { get; }

    /// <summary>Compares the sets of labels of examples. A label that is given twice counts once.</summary>
    /// <exception cref="LearningException">There are not as many of one as of the other.</exception>
    public static MultiLabelReport Of(IEnumerable<IReadOnlyCollection<string>> gold, IEnumerable<IReadOnlyCollection<string>> predicted)
    {
        var counts = new SortedDictionary<string, ClassCounts>(StringComparer.Ordinal);
        var examples = new SampleScores();
        var exact = 0;
        foreach (var (right, found) in Pairs.Of(gold, predicted))
        {
            var (all, said) = (right.ToHashSet(), found.ToHashSet());
            var both = all.Intersect(said).ToArray();
            Add(all, count => count.Gold++);
            Add(said, count => count.Found++);
            Add(both, count => count.Correct++);
            examples.Add(new ClassCounts("samples avg") { Correct = both.Length, Found = said.Count, Gold = all.Count }.Score());
            exact += all.SetEquals(said) ? 1 : 0;
        }

        return new MultiLabelReport(
            [.. counts.Values], examples.Mean("samples avg"), examples.Count > 0 ? (double)exact / examples.Count : 0);

        void Add(IEnumerable<string> labels, Action<ClassCounts> change)
        {
            foreach (var label in labels)
            {
                change(counts.TryGetValue(label, out var known) ? known : counts[label] = new ClassCounts(label));
            }
        }
    }

    /// <summary>In the layout of <c>classification_report</c>.</summary>
    public string Text(int digits) => ClassificationText.Write(Classes, [Micro, Macro, Weighted, Samples], digits);
}
