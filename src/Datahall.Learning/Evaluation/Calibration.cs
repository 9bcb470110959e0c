namespace Datahall.Learning.Evaluation;

/// <summary>Predictions of like confidence.</summary>
/// <param name="From">The lowest confidence, not itself in it unless 0.</param>
/// <param name="To">The highest confidence, in it.</param>
/// <param name="Count">How many predictions there are.</param>
/// <param name="Confidence">Their mean confidence, 0 when there are none.</param>
/// <param name="Accuracy">The share that is right, 0 when there are none.</param>
internal sealed record ReliabilityBin(double From, double To, long Count, double Confidence, double Accuracy);

/// <summary>Whether a model is as often right as its probabilities say.</summary>
/// <remarks>
/// Expected calibration error and bins: Guo et al., On Calibration of Modern Neural Networks (2017), equations 2 and 3.
/// Brier score over all classes: Brier, Verification of Forecasts Expressed in Terms of Probability (1950), equation 2.
/// </remarks>
internal sealed class Calibration
{
    private Calibration(IReadOnlyList<ReliabilityBin> bins, long count, double brier, double logLoss)
    {
        Bins = bins;
        Count = count;
        Brier = brier;
        LogLoss = logLoss;
        ExpectedError = count > 0 ? bins.Sum(bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence)) / count : 0;
    }

    /// <summary>Bins of equal width from 0 to 1.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    public long Count { get; }

    /// <summary>The mean distance between confidence and accuracy, 0 to 1, weighted by predictions.</summary>
    public double ExpectedError { get; }

    /// <summary>The mean squared distance from the truth, summed over classes, 0 to 2.</summary>
    public double Brier { get; }

    /// <summary>The mean of −ln of the gold class's probability, in nats; probabilities below 1e-12 count as that.</summary>
    public double LogLoss { get; }

    /// <summary>Judges probabilities.</summary>
    /// <param name="probabilities">For each prediction the probabilities of all classes. Shape [n][classes].</param>
    /// <param name="gold">The index of the right class of each. Shape [n].</param>
    /// <param name="bins">How many bins, at least 1.</param>
    /// <exception cref="LearningException">There are not as many of one as of the other, a class is out of range, or a probability is none.</exception>
    public static Calibration Of(IEnumerable<IReadOnlyList<float>> probabilities, IEnumerable<int> gold, int bins = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (counts, sums, rights) = (new long[bins], new double[bins], new long[bins]);
        double brier = 0, loss = 0;
        var count = 0L;
        foreach (var (right, row) in Pairs.Of(gold, probabilities))
        {
            var best = Check(row, right, count++);
            var bin = Math.Clamp((int)MathF.Ceiling(row[best] * bins) - 1, 0, bins - 1);
            counts[bin]++;
            sums[bin] += row[best];
            rights[bin] += best == right ? 1 : 0;
            brier += row.Select((p, i) => Math.Pow(p - (i == right ? 1.0 : 0.0), 2)).Sum();
            loss -= Math.Log(Math.Max(row[right], 1e-12));
        }

        var result = Enumerable.Range(0, bins).Select(i => new ReliabilityBin(
            (double)i / bins,
            (double)(i + 1) / bins,
            counts[i],
            counts[i] > 0 ? sums[i] / counts[i] : 0,
            counts[i] > 0 ? (double)rights[i] / counts[i] : 0));
        return new Calibration([.. result], count, count > 0 ? brier / count : 0, count > 0 ? loss / count : 0);
    }

    /// <summary>The most probable class of a row; the first of equals.</summary>
    private static int Check(IReadOnlyList<float> row, int right, long index)
    {
        if (right < 0 || right >= row.Count)
        {
            throw new LearningException($"prediction {index + 1}: the right class is {right}, and there are {row.Count} probabilities");
        }

        var best = 0;
        for (var i = 0; i < row.Count; i++)
        {
            if (!(row[i] >= 0 && row[i] <= 1.0001f))
            {
                throw new LearningException($"prediction {index + 1}: {row[i]} is no probability; give the softmax of the scores");
            }

            best = row[i] > row[best] ? i : best;
        }

        return best;
    }
}
