using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class PairMergingTests
{
    [Fact]
    public void Merge_takes_the_same_pairs_as_counting_everything_anew()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var words = Enumerable.Range(0, 30)
                .Select(_ => (Symbols: Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4)).ToArray(), Count: (long)random.Next(1, 5)))
                .ToArray();
            var merging = new PairMerging(words);
            var plain = words.Select(word => (Symbols: word.Symbols.ToList(), word.Count)).ToArray();

            for (var symbol = 4; symbol < 40; symbol++)
            {
                var expected = MergePlainly(plain, symbol);
                Assert.Equal((seed, symbol, expected), (seed, symbol, merging.Merge(1, (_, _) => symbol)));
            }
        }
    }

    [Fact]
    public void Merge_stops_at_the_least_count()
    {
        var merging = new PairMerging([([0, 1], 3), ([2, 3], 2)]);

        Assert.Equal((0, 1), merging.Merge(3, (_, _) => 4));
        Assert.Null(merging.Merge(3, (_, _) => 5));
    }

    [Fact]
    public void Merge_may_come_to_a_symbol_by_two_ways()
    {
        var merging = new PairMerging([([0, 1, 5], 4), ([2, 3, 5], 3), ([2, 3], 2)]);

        var pairs = new List<(int, int)?>();
        for (var i = 0; i < 4; i++)
        {
            pairs.Add(merging.Merge(1, (left, _) => left == 9 ? 10 : 9)); // both 0 1 and 2 3 are written as 9
        }

        Assert.Equal([(2, 3), (0, 1), (9, 5), null], pairs);
    }

    private static (int, int)? MergePlainly((List<int> Symbols, long Count)[] words, int symbol)
    {
        var counts = new SortedDictionary<(int, int), long>();
        foreach (var (symbols, count) in words)
        {
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                counts[(symbols[i], symbols[i + 1])] = counts.GetValueOrDefault((symbols[i], symbols[i + 1])) + count;
            }
        }

        if (counts.Count == 0)
        {
            return null;
        }

        var best = counts.MaxBy(pair => pair.Value).Key; // the first of equals, and the dictionary is sorted
        foreach (var (symbols, _) in words)
        {
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if ((symbols[i], symbols[i + 1]) == best)
                {
                    symbols[i] = symbol;
                    symbols.RemoveAt(i + 1);
                }
            }
        }

        return best;
    }
}
