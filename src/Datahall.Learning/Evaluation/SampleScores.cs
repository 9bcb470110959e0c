using System.Runtime.InteropServices;

namespace Datahall.Learning.Evaluation;

/// <summary>The scores of single examples, to be averaged; 24 bytes of each.</summary>
internal sealed class SampleScores
{
    private readonly List<double> precisions = [], recalls = [], f1s = [];

    /// <summary>How many there are.</summary>
    public int Count => precisions.Count;

    /// <summary>Adds an example's.</summary>
    public void Add(ClassScore score)
    {
        precisions.Add(score.Precision);
        recalls.Add(score.Recall);
        f1s.Add(score.F1);
    }

    /// <summary>Their means, 0 of none.</summary>
    public ClassScore Mean(string label) => new(label, MeanOf(precisions), MeanOf(recalls), MeanOf(f1s), 0);

    private static double MeanOf(List<double> values) => values.Count == 0 ? 0 : Averages.PairwiseSum(CollectionsMarshal.AsSpan(values)) / values.Count;
}
