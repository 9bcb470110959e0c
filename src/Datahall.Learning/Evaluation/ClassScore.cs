namespace Datahall.Learning.Evaluation;

/// <summary>What to say of a ratio whose denominator is zero.</summary>
internal enum ZeroDivision
{
    /// <summary>0, as the reference implementations do unless told otherwise.</summary>
    Zero,

    /// <summary>1.</summary>
    One,
}

/// <summary>How well one class is found.</summary>
/// <param name="Label">The class, or the name of an average.</param>
/// <param name="Precision">Correct ones among those found, 0 to 1.</param>
/// <param name="Recall">Correct ones among those there are, 0 to 1.</param>
/// <param name="F1">The harmonic mean of both, 0 to 1.</param>
/// <param name="Support">How many there are.</param>
internal sealed record ClassScore(string Label, double Precision, double Recall, double F1, long Support);

/// <summary>How often a class was right, found and there.</summary>
internal sealed record ClassCounts(string Label)
{
    public long Correct { get; set; }

    public long Found { get; set; }

    public long Gold { get; set; }

    /// <summary>Precision, recall and F1 of the counts.</summary>
    /// <remarks>Source: van Rijsbergen, Information Retrieval, 2nd ed. (1979), ch. 7, with equal weights.</remarks>
    public ClassScore Score(ZeroDivision zero = ZeroDivision.Zero)
    {
        var none = zero == ZeroDivision.One ? 1.0 : 0.0;
        var precision = Found > 0 ? (double)Correct / Found : none;
        var recall = Gold > 0 ? (double)Correct / Gold : none;
        var sum = precision + recall;
        return new ClassScore(Label, precision, recall, sum > 0 ? 2 * precision * recall / sum : 0, Gold);
    }
}
