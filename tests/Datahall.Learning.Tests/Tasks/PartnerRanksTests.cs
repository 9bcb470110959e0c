using Datahall.Learning.Tasks;

namespace Datahall.Learning.Tests.Tasks;

public sealed class PartnerRanksTests
{
    [Theory]
    [InlineData(3, new double[] { 1, 2 }, 1)]
    [InlineData(2, new double[] { 1, 3 }, 2)]
    [InlineData(2, new double[] { 2, 2, 3 }, 3)] // Two that are level count as one.
    [InlineData(1, new double[] { 1 }, 1.5)]
    [InlineData(1, new double[] { }, 1)]
    [InlineData(double.NaN, new double[] { 1, 2 }, 3)]
    public void Level_rivals_count_half(double own, double[] rivals, double rank) => Assert.Equal(rank, PartnerRanks.Of(own, rivals));

    [Fact]
    public void A_score_is_the_mean_of_the_reciprocals()
    {
        var score = PartnerRanks.Score([1, 2, 4, 1.5]);

        Assert.Equal((1 + 0.5 + 0.25 + (1 / 1.5)) / 4, score.Main, 12);
        Assert.Equal(0.25, score.Metrics["first"]);
    }
}
