namespace Datahall.Learning.Data;

/// <summary>
/// Batches of examples of like length whose padded size stays within a budget of tokens. An epoch is a random order, cut into windows;
/// each window is sorted by length and cut into batches; the batches are then put in random order. So batches are random and padding is small.
/// </summary>
internal sealed class TokenBudgetBatches
{
    private readonly IReadOnlyList<int> lengths;
    private readonly int budget, seed, window, mostExamples;

    /// <param name="lengths">The tokens of each example, special ones included.</param>
    /// <param name="budget">How many tokens a batch has at most, padding included. A longer example is a batch of its own.</param>
    /// <param name="seed">What the order depends on, beside the epoch.</param>
    /// <param name="window">How many examples are sorted together: more of them waste less and mix less.</param>
    /// <param name="mostExamples">How many examples a batch has at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget, the window or the most examples is below 1.</exception>
    public TokenBudgetBatches(IReadOnlyList<int> lengths, int budget, int seed, int window = 4096, int mostExamples = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostExamples, 1);
        (this.lengths, this.budget, this.seed, this.window, this.mostExamples) = (lengths, budget, seed, window, mostExamples);
    }

    /// <summary>The batches of an epoch: indices into the examples, each once.</summary>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        var order = Shuffling.Order(lengths.Count, seed, epoch);
        var batches = order.Chunk(window).SelectMany(part => Cut([.. part.OrderBy(Length)])).ToArray();
        Shuffling.Generator(~seed, epoch).Shuffle(batches);
        return batches;
    }

    /// <summary>The batches with the least padding, the longest examples first: for work whose order does not matter.</summary>
    public IReadOnlyList<int[]> ByLength() => [.. Cut([.. Enumerable.Range(0, lengths.Count).OrderByDescending(Length)])];

    /// <summary>The share of tokens in batches that are padding, from 0 to 1.</summary>
    public double PaddingShare(IReadOnlyList<int[]> batches)
    {
        var padded = batches.Sum(batch => (long)batch.Length * batch.Max(Length));
        var real = batches.Sum(batch => batch.Sum(index => (long)Length(index)));
        return padded == 0 ? 0 : 1 - (double)real / padded;
    }

    private int Length(int index) => lengths[index];

    private IEnumerable<int[]> Cut(int[] sorted)
    {
        var start = 0;
        var longest = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var next = Math.Max(longest, Length(sorted[i]));
            if (i > start && ((long)(i - start + 1) * next > budget || i - start == mostExamples))
            {
                yield return sorted[start..i];
                start = i;
                next = Length(sorted[i]);
            }

            longest = next;
        }

        if (start < sorted.Length)
        {
            yield return sorted[start..];
        }
    }
}
