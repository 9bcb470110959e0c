using Datahall.Energy.Capping;

namespace Datahall.Energy.Tests.Capping;

public sealed class BreakerGuardTests
{
    [Fact]
    public void It_caps_at_once_and_lets_go_after_a_quiet_minute()
    {
        var guard = new BreakerGuard(1, new());

        Assert.Equal(double.PositiveInfinity, Step(guard, 985));
        Assert.Equal(950, Step(guard, 995), 1e-9);
        Assert.Equal(950, Step(guard, 930), 1e-9); // Below the trip is not yet quiet.
        for (var second = 0; second < 59; second++)
        {
            Assert.Equal(950, Step(guard, 800, uncapped: 890), 1e-9);
        }

        Assert.Equal(double.PositiveInfinity, Step(guard, 800, uncapped: 890));
        Assert.False(guard.IsActive);
    }

    [Fact]
    public void A_break_of_the_quiet_and_a_load_that_only_caps_hold_down_keep_the_caps()
    {
        var guard = new BreakerGuard(1, new());
        Step(guard, 1000);
        for (var second = 0; second < 200; second++)
        {
            Assert.Equal(950, Step(guard, 700, uncapped: second % 50 == 0 ? 950 : 850), 1e-9); // Low as measured; without caps it would be near the budget again.
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-40)]
    [InlineData(4294967295)]
    [InlineData(4294967295000)]
    [InlineData(double.PositiveInfinity)]
    public void An_absurd_reading_moves_nothing(double absurd)
    {
        var guard = new BreakerGuard(1, new());
        Step(guard, 500);

        for (var second = 0; second < 10; second++)
        {
            Assert.Equal(double.PositiveInfinity, Step(guard, absurd));
        }

        Step(guard, 995);
        for (var second = 0; second < 9; second++)
        {
            Assert.Equal(950, Step(guard, absurd), 1e-9);
        }
    }

    [Fact]
    public void Stale_readings_count_as_all_that_may_be_drawn_and_release_nothing()
    {
        var guard = new BreakerGuard(1, new());
        Step(guard, 500);
        for (var second = 0; second < 10; second++)
        {
            Step(guard, double.NaN);
        }

        Assert.Equal(950, Step(guard, double.NaN), 1e-9); // 1300 W may be drawn behind 1000 W.
        for (var second = 0; second < 200; second++)
        {
            Assert.Equal(950, Step(guard, double.NaN, most: 800), 1e-9); // Not even when little may be drawn: nobody has seen it.
        }
    }

    [Fact]
    public void A_budget_that_shrinks_caps_the_load_that_was_fine()
    {
        var guard = new BreakerGuard(2, new());
        var allowed = new double[2];

        guard.Step([1000, 1000], [600, 600], [600, 600], [900, 900], 1, allowed);
        guard.Step([500, 1000], [600, 600], [600, 600], [900, 900], 1, allowed);

        Assert.Equal([475, double.PositiveInfinity], allowed);
        Assert.Equal([true, false], guard.IsCapping.ToArray());
    }

    [Fact]
    public void Shares_that_do_not_rise_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BreakerGuard(1, new() { Target = 0.99 }));
        Assert.Throws<ArgumentException>(() => new BreakerGuard(1, new() { Release = 0.96 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BreakerGuard(1, new() { HoldSeconds = double.NaN }));
    }

    private static double Step(BreakerGuard guard, double watts, double? uncapped = null, double most = 1300)
    {
        var allowed = new double[1];
        guard.Step([1000], [watts], [uncapped ?? watts], [most], 1, allowed);
        return allowed[0];
    }
}
