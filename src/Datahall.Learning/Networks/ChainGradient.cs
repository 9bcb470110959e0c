namespace Datahall.Learning.Networks;

/// <summary>The negative log-likelihood of label sequences and its gradient by the forward-backward algorithm, in float64.</summary>
/// <remarks>
/// The loss of a sentence is log Z minus the score of the gold sequence; its gradient is the marginal probability of a label or a pair
/// under the model minus its occurrence in the gold sequence. Source: Sutton and McCallum 2012, sections 2.2 and 5.1.
/// </remarks>
internal sealed class ChainGradient(float[] scores, TransitionScores transitions)
{
    private readonly int labels = transitions.Start.Length;

    /// <summary>The sum over all sentences, in nats.</summary>
    public double Loss { get; private set; }

    /// <summary>The gradient by the words' scores. Shape [words, labels].</summary>
    public double[] Emissions { get; } = new double[scores.Length];

    /// <summary>The gradient by the scores of first labels. Shape [labels].</summary>
    public double[] Start { get; } = new double[transitions.Start.Length];

    /// <summary>The gradient by the scores of label pairs. Shape [labels, labels].</summary>
    public double[] Next { get; } = new double[transitions.Next.Length];

    /// <summary>The gradient by the scores of last labels. Shape [labels].</summary>
    public double[] End { get; } = new double[transitions.End.Length];

    /// <summary>Adds the sentences of a batch.</summary>
    public void Add(IReadOnlyList<int> wordsPerRow, ReadOnlySpan<int> gold)
    {
        var first = 0;
        foreach (var words in wordsPerRow)
        {
            if (words > 0)
            {
                AddSentence(first, gold.Slice(first, words));
            }

            first += words;
        }
    }

    /// <summary>The probability of each label for each word, over all sequences of its sentence. Shape [words, labels].</summary>
    /// <param name="scores">The score of each label for each word. Shape [words, labels].</param>
    /// <param name="wordsPerRow">The words of each sentence.</param>
    /// <param name="transitions">The scores of label sequences.</param>
    public static float[] Marginals(float[] scores, IReadOnlyList<int> wordsPerRow, TransitionScores transitions)
    {
        var (chain, marginals, first) = (new ChainGradient(scores, transitions), new float[scores.Length], 0);
        foreach (var words in wordsPerRow.Where(static words => words > 0))
        {
            var (forward, backward, logZ) = chain.Sums(first, words);
            for (var i = 0; i < forward.Length; i++)
            {
                marginals[first * chain.labels + i] = (float)Math.Min(1, Math.Exp(forward[i] + backward[i] - logZ));
            }

            first += words;
        }

        return marginals;
    }

    private void AddSentence(int first, ReadOnlySpan<int> gold)
    {
        var words = gold.Length;
        var (forward, backward, logZ) = Sums(first, words);
        for (var word = 0; word < words; word++)
        {
            for (var label = 0; label < labels; label++)
            {
                var probability = Math.Exp(forward[word * labels + label] + backward[word * labels + label] - logZ);
                Emissions[(first + word) * labels + label] += probability;
                Start[label] += word == 0 ? probability : 0;
                End[label] += word == words - 1 ? probability : 0;
            }
        }

        for (var word = 1; word < words; word++)
        {
            AddPairs(word, first, forward, backward, logZ);
        }

        Loss += logZ - TakeGold(first, gold);
    }

    private (double[] Forward, double[] Backward, double LogZ) Sums(int first, int words)
    {
        var (forward, backward, last) = (Forward(first, words), Backward(first, words), (words - 1) * labels);
        return (forward, backward, LogSumExp(labels, label => forward[last + label] + transitions.End[label]));
    }

    /// <summary>The log of the sum over all label sequences that end in a label at a word, its own score included.</summary>
    private double[] Forward(int first, int words)
    {
        var forward = new double[words * labels];
        for (var label = 0; label < labels; label++)
        {
            forward[label] = transitions.Start[label] + scores[first * labels + label];
        }

        for (var word = 1; word < words; word++)
        {
            for (var label = 0; label < labels; label++)
            {
                var (before, to) = ((word - 1) * labels, label);
                forward[word * labels + label] = scores[(first + word) * labels + label]
                    + LogSumExp(labels, from => forward[before + from] + transitions.Next[from * labels + to]);
            }
        }

        return forward;
    }

    /// <summary>The log of the sum over all label sequences that go on from a label at a word, its own score not included.</summary>
    private double[] Backward(int first, int words)
    {
        var backward = new double[words * labels];
        for (var label = 0; label < labels; label++)
        {
            backward[(words - 1) * labels + label] = transitions.End[label];
        }

        for (var word = words - 2; word >= 0; word--)
        {
            for (var label = 0; label < labels; label++)
            {
                var (after, from) = (word + 1, label);
                backward[word * labels + label] = LogSumExp(
                    labels, to => transitions.Next[from * labels + to] + scores[(first + after) * labels + to] + backward[after * labels + to]);
            }
        }

        return backward;
    }

    private void AddPairs(int word, int first, double[] forward, double[] backward, double logZ)
    {
        for (var from = 0; from < labels; from++)
        {
            for (var to = 0; to < labels; to++)
            {
                Next[from * labels + to] += Math.Exp(
                    forward[(word - 1) * labels + from] + transitions.Next[from * labels + to] + scores[(first + word) * labels + to]
                    + backward[word * labels + to] - logZ);
            }
        }
    }

    /// <summary>Subtracts the gold sequence from the gradient and returns its score.</summary>
    private double TakeGold(int first, ReadOnlySpan<int> gold)
    {
        var score = (double)transitions.Start[gold[0]] + transitions.End[gold[^1]];
        Start[gold[0]]--;
        End[gold[^1]]--;
        for (var word = 0; word < gold.Length; word++)
        {
            var emission = (first + word) * labels + gold[word];
            Emissions[emission]--;
            score += scores[emission];
            if (word > 0)
            {
                var pair = gold[word - 1] * labels + gold[word];
                Next[pair]--;
                score += transitions.Next[pair];
            }
        }

        return score;
    }

    private static double LogSumExp(int count, Func<int, double> term)
    {
        Span<double> terms = count <= 128 ? stackalloc double[count] : new double[count];
        var largest = double.NegativeInfinity;
        for (var i = 0; i < count; i++)
        {
            terms[i] = term(i);
            largest = Math.Max(largest, terms[i]);
        }

        if (double.IsNegativeInfinity(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (var value in terms)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }
}
