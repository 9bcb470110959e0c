using System.Text;
using Datahall.Gateway.Ensembles;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Ensembles;

public sealed class CombiningTests
{
    // The worked numbers of docs/gateway/ensembles.md.
    private static readonly double[][] three = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.4, 0.5, 0.1]];

    [Fact]
    public void Mean_adds_the_probabilities_and_divides_by_the_number_of_members()
    {
        var y = Combine(EnsembleCombine.Mean, [1, 5, 9], three);

        Equal([0.4, 1.3 / 3, 0.5 / 3], y);
    }

    [Fact]
    public void Weighted_divides_by_the_sum_of_the_weights()
    {
        var y = Combine(EnsembleCombine.Weighted, [2, 1, 1], three);

        Equal([0.475, 0.375, 0.15], y);
    }

    [Fact]
    public void Majority_counts_by_weight_which_class_each_member_finds_the_largest()
    {
        Equal([1.0 / 3, 2.0 / 3, 0], Combine(EnsembleCombine.Majority, [1, 1, 1], three));
        Equal([0.6, 0.4, 0], Combine(EnsembleCombine.Majority, [3, 1, 1], three));
    }

    [Fact]
    public void Majority_votes_for_each_row_and_the_smaller_class_wins_among_equals()
    {
        var one = Real("y", [2, 2], [0.5, 0.5, 0.1, 0.9]);
        var two = Real("y", [2, 2], [0.2, 0.8, 0.3, 0.7]);

        var y = Combining.Combine(EnsembleCombine.Majority, [new("a", 1, one), new("b", 1, two)]).Outputs[0].Reals;

        Equal([0.5, 0.5, 0, 1], y);
    }

    [Fact]
    public void Whole_numbers_and_strings_are_chosen_not_averaged()
    {
        static InferenceAnswer Of(long label, string text) => new(null,
        [
            Tensor.Of("label", TensorType.Of("INT64"), [1], false, (long[])[label]),
            Tensor.Of("text", TensorType.Of("BYTES"), [1], false, (byte[][])[Encoding.UTF8.GetBytes(text)]),
        ]);
        Opinion[] opinions = [new("a", 1, Of(7, "cat")), new("b", 2, Of(3, "dog")), new("c", 1.5, Of(7, "cow"))];

        var mean = Combining.Combine(EnsembleCombine.Mean, opinions);
        var weighted = Combining.Combine(EnsembleCombine.Weighted, opinions);

        Assert.Equal(7, mean.Outputs[0].Integers[0]);
        Assert.Equal("cat", Encoding.UTF8.GetString(mean.Outputs[1].Texts[0])); // Nobody agrees: the first.
        Assert.Equal("dog", Encoding.UTF8.GetString(weighted.Outputs[1].Texts[0]));
    }

    [Fact]
    public void Agreeing_leaves_out_what_is_not_finite_and_what_has_another_form()
    {
        List<Dissent> dissents = [];
        Opinion[] opinions =
        [
            new("nan", 1, Real("y", [1, 2], [double.NaN, 0])),
            new("one", 1, Real("y", [1, 2], [0.5, 0.5])),
            new("long", 1, Real("y", [1, 3], [0.1, 0.2, 0.7])),
            new("two", 1, Real("y", [1, 2], [0.4, 0.6])),
            new("other", 1, Real("z", [1, 2], [0.4, 0.6])),
        ];

        var agreeing = Combining.Agreeing(opinions, dissents);

        Assert.Equal(["one", "two"], agreeing.Select(static opinion => opinion.Member));
        Assert.Equal(["nan", "long", "other"], dissents.Select(static dissent => dissent.Member));
        Assert.Contains("no finite numbers", dissents[0].Why, StringComparison.Ordinal);
        Assert.Contains("y FP32 [1,3]", dissents[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Mean_of_large_numbers_stays_within_the_range()
    {
        var y = Combine(EnsembleCombine.Mean, [1, 1], [[double.MaxValue], [double.MaxValue]]);

        Equal([double.MaxValue], y);
    }

    private static double[] Combine(EnsembleCombine combine, double[] weights, double[][] members) =>
        Combining.Combine(combine, [.. members.Zip(weights, static (values, weight) => new Opinion("m", weight, Real("y", [1, values.Length], values)))])
            .Outputs[0].Reals;

    private static InferenceAnswer Real(string name, long[] shape, double[] values) => new(null, [Tensor.Of(name, TensorType.Of("FP32"), shape, false, values)]);

    private static void Equal(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one, other, 12);
        }
    }
}
