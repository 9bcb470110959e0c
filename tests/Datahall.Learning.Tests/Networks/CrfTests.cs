using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

public sealed class CrfTests
{
    private const int Labels = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Loss_and_gradient_equal_an_enumeration_of_all_sequences(int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        using var parameters = new ParameterSet(random);
        var crf = Drawn(parameters, random);
        int[] words = [4, 1, 0, 3];
        int[] gold = [.. Enumerable.Range(0, words.Sum()).Select(_ => random.Next(Labels))];
        var scores = tensor(Numbers(random, gold.Length * Labels), [gold.Length, Labels]).requires_grad_();

        var loss = crf.Loss(scores, words, gold);
        loss.backward();

        var expected = Enumerated(scores, parameters, words, gold);
        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5f);
        Tensor[] inputs = [scores, .. parameters.Items.Select(item => (Tensor)item.Value)];
        foreach (var (input, gradient) in inputs.Zip(autograd.grad([expected], inputs)))
        {
            Assert.True(gradient.allclose(input.grad!, 1e-4, 1e-6), $"seed {seed}: {gradient} is not {input.grad}");
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Decode_finds_the_best_of_all_sequences(int seed)
    {
        var random = new Random(seed);
        int[] words = [5, 0, 1, 4];
        var transitions = new TransitionScores(Numbers(random, Labels), Numbers(random, Labels * Labels), Numbers(random, Labels));
        var scores = Numbers(random, words.Sum() * Labels);

        var decoded = Viterbi.Decode(scores, words, transitions);

        var first = 0;
        foreach (var count in words)
        {
            var part = scores.AsSpan(first * Labels, count * Labels).ToArray();
            var best = Sequences(count).MaxBy(sequence => Score(part, transitions, sequence))!;
            Assert.Equal(best, decoded[first..(first + count)]);
            first += count;
        }
    }

    [Fact]
    public void Decode_keeps_the_rules()
    {
        // Label 2 scores best everywhere, and may stand only after 1.
        var rules = new TransitionRules(label => label != 2, (from, to) => to != 2 || from == 1, label => true);
        float[] scores = [0, 1, 5, 0, 1, 5, 0, 1, 5];

        var decoded = Viterbi.Decode(scores, [3], rules.Apply(TransitionScores.None(Labels)));

        Assert.Equal([1, 2, 1], decoded);
    }

    private static Crf Drawn(ParameterSet parameters, Random random)
    {
        var crf = new Crf(parameters, Labels);
        using var none = no_grad();
        foreach (var item in parameters.Items)
        {
            item.Value.copy_(tensor(Numbers(random, (int)item.Value.numel()), item.Value.shape));
        }

        return crf;
    }

    private static Tensor Enumerated(Tensor scores, ParameterSet parameters, int[] words, int[] gold)
    {
        var (start, next, end) = (parameters.Items[0].Value, parameters.Items[1].Value, parameters.Items[2].Value);
        var (total, first) = (zeros(1)[0], 0);
        foreach (var count in words.Where(count => count > 0))
        {
            var from = first;
            var all = stack(Sequences(count).Select(sequence => Score(sequence, from)).ToArray());
            total += all.logsumexp(0) - Score(gold[first..(first + count)], from);
            first += count;
        }

        return total.Over(gold.Length);

        Tensor Score(int[] sequence, int from)
        {
            var score = start[sequence[0]].Plus(end[sequence[^1]]);
            for (var i = 0; i < sequence.Length; i++)
            {
                score = score.Plus(scores[from + i, sequence[i]]);
                score = i > 0 ? score.Plus(next[sequence[i - 1], sequence[i]]) : score;
            }

            return score;
        }
    }

    private static double Score(float[] scores, TransitionScores transitions, int[] sequence)
    {
        if (sequence.Length == 0)
        {
            return 0;
        }

        var score = (double)transitions.Start[sequence[0]] + transitions.End[sequence[^1]];
        for (var i = 0; i < sequence.Length; i++)
        {
            score += scores[i * Labels + sequence[i]] + (i > 0 ? transitions.Next[sequence[i - 1] * Labels + sequence[i]] : 0);
        }

        return score;
    }

    private static IEnumerable<int[]> Sequences(int length) => Enumerable.Range(0, (int)Math.Pow(Labels, length))
        .Select(code => Enumerable.Range(0, length).Select(i => code / (int)Math.Pow(Labels, i) % Labels).ToArray());

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 4 - 2))];
}
