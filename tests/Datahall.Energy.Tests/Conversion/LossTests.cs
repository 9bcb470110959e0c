using Datahall.Energy.Conversion;

namespace Datahall.Energy.Tests.Conversion;

public sealed class LossTests
{
    [Theory]
    [InlineData(1.0, 0.966)]
    [InlineData(0.5, 0.9615)]
    [InlineData(0.15, 0.923)]
    public void Ups_has_the_efficiency_of_its_class(double load, double efficiency)
    {
        var ups = FeedLoss.DoubleConversionUps(1e6);

        Assert.Equal(efficiency, load * 1e6 / ((load * 1e6) + ups.Watts(load * 1e6)), 0.0005);
    }

    [Fact]
    public void Slopes_are_derivatives()
    {
        var ups = FeedLoss.DoubleConversionUps(1e6);
        var supply = new PowerSupply(10_000, 50, 0.9, 0.94, 0.96, 0.91);

        foreach (var watts in (double[])[500.0, 1500, 3000, 7000, 9900])
        {
            Assert.Equal((ups.Watts(watts + 1) - ups.Watts(watts - 1)) / 2, ups.Slope(watts), 1e-6);
            Assert.Equal((supply.Input(watts + 0.01) - supply.Input(watts - 0.01)) / 0.02, supply.Slope(watts), 1e-6);
        }
    }

    [Theory]
    [InlineData(1000, 0.90)]
    [InlineData(2000, 0.94)]
    [InlineData(5000, 0.96)]
    [InlineData(10_000, 0.91)]
    [InlineData(3500, 0.95)]
    [InlineData(200, 0.90)]
    public void Supply_draws_what_its_efficiency_says(double watts, double efficiency) =>
        Assert.Equal(watts / efficiency, new PowerSupply(10_000, 0, 0.9, 0.94, 0.96, 0.91).Input(watts), 1e-9);

    [Fact]
    public void Losses_refuse_what_cannot_be()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeedLoss(0, 0.01, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeedLoss(1, -0.01, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PowerSupply(1000, 0, 0.9, 0.9, 0, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PowerSupply(1000, -1, 0.9, 0.9, 0.9, 0.9));
        Assert.Throws<ArgumentException>(() => new PowerSupply(1000, 0, 0.9, 0.9));
    }
}
