using Datahall.Energy.Curves;

namespace Datahall.Energy.Tests.Curves;

public sealed class PiecewiseLinearTests
{
    [Theory]
    [InlineData(-5, 10, 0)]
    [InlineData(0, 10, 5)]
    [InlineData(1, 15, 5)]
    [InlineData(2, 20, -10)]
    [InlineData(2.5, 15, -10)]
    [InlineData(9, 10, 0)]
    public void At_is_straight_between_the_points_and_flat_outside(double x, double value, double slope)
    {
        var curve = new PiecewiseLinear([0, 2, 3], [10, 20, 10]);

        Assert.Equal(value, curve.At(x), 1e-12);
        Assert.Equal(slope, curve.Slope(x), 1e-12);
    }

    [Fact]
    public void Curves_refuse_points_that_do_not_rise()
    {
        Assert.Throws<ArgumentException>(() => new PiecewiseLinear([0, 0], [1, 2]));
        Assert.Throws<ArgumentException>(() => new PiecewiseLinear([], []));
        Assert.Throws<ArgumentException>(() => new PiecewiseLinear([0], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PiecewiseLinear([double.NaN], [1]));
    }
}
