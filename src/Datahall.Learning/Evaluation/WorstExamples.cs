namespace Datahall.Learning.Evaluation;

/// <summary>An example that went wrong.</summary>
/// <param name="Where">The file and line it came from, or another name.</param>
/// <param name="Text">Its text.</param>
/// <param name="Gold">What is right.</param>
/// <param name="Predicted">What was said.</param>
/// <param name="Wrong">How many of its labels are wrong.</param>
/// <param name="GoldProbability">The lowest probability that one of its right labels had, 0 to 1; null when unknown.</param>
internal sealed record WrongExample(string Where, string Text, string Gold, string Predicted, int Wrong, double? GoldProbability);

/// <summary>Keeps the worst of many examples: those whose right label was least probable, and where that is unknown, those with most wrong labels.</summary>
internal sealed class WorstExamples(int kept)
{
    private readonly PriorityQueue<WrongExample, (double Badness, long Order)> worst = new();
    private long seen;

    /// <summary>Looks at an example; one without a wrong label is passed over.</summary>
    public void Add(WrongExample example)
    {
        if (example.Wrong == 0)
        {
            return;
        }

        var badness = example.GoldProbability is { } probability ? 1 - probability : example.Wrong;
        worst.Enqueue(example, (badness, -seen++)); // of equals, the first stays
        if (worst.Count > kept)
        {
            worst.Dequeue();
        }
    }

    /// <summary>The worst first.</summary>
    public IReadOnlyList<WrongExample> Take() => [.. worst.UnorderedItems
        .OrderByDescending(item => item.Priority.Badness).ThenByDescending(item => item.Priority.Order).Select(item => item.Element)];
}
