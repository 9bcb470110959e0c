namespace Datahall.Learning.Evaluation;

/// <summary>Averages of the scores of classes.</summary>
internal static class Averages
{
    /// <summary>All classes counted together.</summary>
    public static ClassScore Micro(IEnumerable<ClassCounts> classes, ZeroDivision zero = ZeroDivision.Zero)
    {
        var all = new ClassCounts("micro avg");
        foreach (var counts in classes)
        {
            all.Correct += counts.Correct;
            all.Found += counts.Found;
            all.Gold += counts.Gold;
        }

        return all.Score(zero);
    }

    /// <summary>Every class weighs the same.</summary>
    public static ClassScore Macro(IReadOnlyList<ClassScore> classes) => Mean("macro avg", classes, _ => 1);

    /// <summary>Every class weighs as much as there is of it.</summary>
    public static ClassScore Weighted(IReadOnlyList<ClassScore> classes) => Mean("weighted avg", classes, score => score.Support);

    private static ClassScore Mean(string name, IReadOnlyList<ClassScore> classes, Func<ClassScore, double> weight)
    {
        double[] weights = [.. classes.Select(weight)];
        var total = PairwiseSum(weights);
        return new ClassScore(
            name, Of(score => score.Precision), Of(score => score.Recall), Of(score => score.F1), classes.Sum(score => score.Support));

        double Of(Func<ClassScore, double> value) =>
            total > 0 ? PairwiseSum([.. classes.Select((score, i) => weights[i] * value(score))]) / total : 0;
    }

    /// <summary>Adds in the order in which NumPy does: the last bit of a mean decides how a number between two digits is written.</summary>
    /// <remarks>Source: NumPy's pairwise summation (<c>numpy/core/src/umath/loops_utils.h.src</c>), with its blocks of 128 and 8 sums in a block.</remarks>
    public static double PairwiseSum(ReadOnlySpan<double> values)
    {
        const int Block = 128, Lanes = 8;
        if (values.Length > Block)
        {
            var half = values.Length / 2 / Lanes * Lanes;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }

        var whole = values.Length / Lanes * Lanes;
        Span<double> sums = stackalloc double[Lanes];
        for (var i = 0; i < whole; i++)
        {
            sums[i % Lanes] += values[i];
        }

        var sum = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
        foreach (var value in values[whole..])
        {
            sum += value;
        }

        return sum;
    }
}
