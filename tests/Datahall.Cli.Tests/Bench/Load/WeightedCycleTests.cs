using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Tests.Bench.Load;

public sealed class WeightedCycleTests
{
    [Theory]
    [InlineData(new[] { 1 }, "0000")]
    [InlineData(new[] { 1, 1 }, "0101")]
    [InlineData(new[] { 5, 1, 1 }, "00102000010200")] // the example of nginx: a a b a c a a
    public void Next_takes_turns_smoothly(int[] weights, string expected)
    {
        var cycle = new WeightedCycle(weights);

        Assert.Equal(expected, string.Concat(expected.Select(_ => cycle.Next())));
    }
}
