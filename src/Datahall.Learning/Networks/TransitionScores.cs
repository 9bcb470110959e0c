namespace Datahall.Learning.Networks;

/// <summary>The scores of label sequences beyond those of their words.</summary>
/// <param name="Start">The score of each first label. Shape [labels].</param>
/// <param name="Next">The score of a label (column) after another (row). Shape [labels, labels].</param>
/// <param name="End">The score of each last label. Shape [labels].</param>
internal sealed record TransitionScores(float[] Start, float[] Next, float[] End)
{
    /// <summary>All zero.</summary>
    public static TransitionScores None(int labels) => new(new float[labels], new float[labels * labels], new float[labels]);
}

/// <summary>Which labels a tag scheme allows where.</summary>
/// <param name="Start">Whether a sentence may begin with the label.</param>
/// <param name="Next">Whether a label (second) may follow another (first).</param>
/// <param name="End">Whether a sentence may end with the label.</param>
internal sealed record TransitionRules(Func<int, bool> Start, Func<int, int, bool> Next, Func<int, bool> End)
{
    /// <summary>The scores with -∞ where the rules forbid.</summary>
    public TransitionScores Apply(TransitionScores scores)
    {
        var labels = scores.Start.Length;
        return new(
            [.. scores.Start.Select((score, label) => Start(label) ? score : float.NegativeInfinity)],
            [.. scores.Next.Select((score, i) => Next(i / labels, i % labels) ? score : float.NegativeInfinity)],
            [.. scores.End.Select((score, label) => End(label) ? score : float.NegativeInfinity)]);
    }
}
