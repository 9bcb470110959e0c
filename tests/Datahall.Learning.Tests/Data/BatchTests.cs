using Datahall.Learning.Data;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Data;

public sealed class BatchTests
{
    [Fact]
    public void Epoch_visits_everything_once_within_the_budget_and_wastes_little()
    {
        var random = new Random(7);
        var lengths = Enumerable.Range(0, 10_000).Select(_ => 3 + (int)(random.NextDouble() * random.NextDouble() * 90)).ToArray();
        var batches = new TokenBudgetBatches(lengths, budget: 1024, seed: 1);

        var epoch = batches.Epoch(0);

        Assert.Equal(Enumerable.Range(0, lengths.Length), epoch.SelectMany(batch => batch).Order());
        Assert.All(epoch, batch => Assert.InRange(batch.Length * batch.Max(i => lengths[i]), 1, 1024));
        Assert.InRange(batches.PaddingShare(epoch), 0, 0.03);
        Assert.InRange(epoch.Count, lengths.Sum() / 1024, lengths.Sum() / 1024 * 1.1);
    }

    [Fact]
    public void Epoch_depends_on_seed_and_epoch_alone()
    {
        int[] lengths = [.. Enumerable.Range(1, 200)];

        var first = new TokenBudgetBatches(lengths, 400, seed: 5).Epoch(3);

        Assert.Equal(first, new TokenBudgetBatches(lengths, 400, seed: 5).Epoch(3));
        Assert.NotEqual(first, new TokenBudgetBatches(lengths, 400, seed: 5).Epoch(4));
        Assert.NotEqual(first, new TokenBudgetBatches(lengths, 400, seed: 6).Epoch(3));
    }

    [Fact]
    public void ByLength_puts_the_longest_first_and_a_too_long_one_alone() =>
        Assert.Equal([[2], [0, 3], [1]], new TokenBudgetBatches([5, 1, 50, 4], budget: 10, seed: 0).ByLength());

    [Fact]
    public void Epoch_heeds_the_most_examples() =>
        Assert.All(new TokenBudgetBatches(new int[10], 100, 0, mostExamples: 3).Epoch(0), batch => Assert.InRange(batch.Length, 1, 3));

    [Fact]
    public void PaddingShare_counts_padding() =>
        Assert.Equal(0.25, new TokenBudgetBatches([4, 2], 8, 0).PaddingShare([[0, 1]]));

    [Fact]
    public void Cut_covers_every_piece_once_in_windows_that_fit()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var words = Enumerable.Range(0, random.Next(1, 60)).SelectMany(word => Enumerable.Repeat(word, 1 + random.Next(random.Next(1, 20)))).ToArray();
            var longest = random.Next(1, 40);
            var overlap = random.Next(longest / 4 + 1);

            var windows = SentenceWindows.Cut(new TokenizedWords(words, words), longest, overlap);

            Check(windows, words.Length, longest, overlap, $"seed {seed}");
        }
    }

    [Fact]
    public void Cut_takes_a_sentence_of_100_000_words()
    {
        int[] words = [.. Enumerable.Range(0, 100_000).SelectMany(word => new[] { word, word })];

        var windows = SentenceWindows.Cut(new TokenizedWords(words, words), 510, 64);

        Check(windows, words.Length, 510, 64, "long");
        Assert.InRange(windows.Count, 400, 500);
        Assert.All(windows, window => Assert.True(window.Start == 0 || words[window.Start] != words[window.Start - 1]));
        Assert.All(windows, window => Assert.True(window.KeepStart == 0 || words[window.KeepStart] != words[window.KeepStart - 1]));
    }

    private static void Check(IReadOnlyList<SentenceWindow> windows, int count, int longest, int overlap, string what)
    {
        Assert.Equal((what, 0, 0), (what, windows[0].Start, windows[0].KeepStart));
        Assert.Equal((what, count, count), (what, windows[^1].End, windows[^1].KeepEnd));
        Assert.All(windows, window => Assert.True(
            window.Start <= window.KeepStart && window.KeepStart < window.KeepEnd && window.KeepEnd <= window.End
            && window.End - window.Start <= longest, $"{what}: {window}"));
        Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.True(
            pair.First.KeepEnd == pair.Second.KeepStart && pair.First.End - pair.Second.Start >= overlap, $"{what}: {pair}"));
    }
}
