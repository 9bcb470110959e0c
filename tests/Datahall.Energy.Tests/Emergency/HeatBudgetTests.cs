using Datahall.Energy.Capping;
using Datahall.Energy.Emergency;

namespace Datahall.Energy.Tests.Emergency;

public sealed class HeatBudgetTests
{
    private const double Capacity = 34e6;

    [Fact]
    public void Boards_may_draw_what_is_cooled_and_what_the_headroom_takes()
    {
        // 800 kW of heat of which 500 kW stay; 4 K above the reserve take 34 MJ/K · 4 K / 300 s = 453 kW: 640 · (300 + 453)/800 = 603 kW.
        var budget = new HeatBudget(Capacity, 1, 300, 600);

        Assert.Equal(640e3 * (300e3 + (Capacity * 4 / 300)) / 800e3, budget.Step(new(5, 640e3, 800e3, 500e3), 700e3, 60), 1e-6);
        Assert.Equal(4 * Capacity / 500e3, budget.SecondsToLimit, 1e-9);
    }

    [Fact]
    public void With_much_headroom_nothing_is_done() =>
        Assert.Equal(double.PositiveInfinity, new HeatBudget(Capacity, 1, 300, 600).Step(new(12, 640e3, 800e3, 800e3), 700e3, 60));

    [Fact]
    public void The_headroom_is_never_used_up_when_the_budget_is_kept()
    {
        var (budget, headroom, boards) = (new HeatBudget(Capacity, 1, 300, 600), 10.0, 640e3);
        for (var i = 0; i < 600; i++)
        {
            var heat = boards * 1.25;
            headroom -= heat * 30 / Capacity; // Nothing is cooled.
            boards = Math.Min(640e3, budget.Step(new(headroom, boards, heat, heat), 700e3, 30));
            Assert.True(headroom > 1, $"{headroom} K after {i} steps");
        }

        Assert.Equal(0, boards, 1.0);
    }

    [Fact]
    public void It_loosens_only_after_the_hold_time_and_not_at_once()
    {
        var budget = new HeatBudget(Capacity, 1, 300, 600);
        var tight = budget.Step(new(2, 640e3, 800e3, 800e3), 700e3, 60);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(tight, budget.Step(new(6, 100e3, 130e3, 0), 700e3, 60));
        }

        Assert.Equal(tight + 70e3, budget.Step(new(6, 100e3, 130e3, 0), 700e3, 60), 1e-6);
        for (var i = 0; i < 10; i++)
        {
            budget.Step(new(6, 100e3, 130e3, 0), 700e3, 60);
        }

        Assert.Equal(double.PositiveInfinity, budget.BoardWatts);
    }

    [Theory]
    [InlineData(double.NaN, 640e3, 800e3, 800e3)]
    [InlineData(-127, 640e3, 800e3, 800e3)]
    [InlineData(2, 4294967295, 800e3, 800e3)]
    [InlineData(2, 640e3, double.NaN, 800e3)]
    [InlineData(2, 640e3, 800e3, 4294967295)]
    [InlineData(2, 640e3, 800e3, -40)]
    public void Absurd_readings_change_nothing(double headroom, double boards, double heat, double unmet)
    {
        var budget = new HeatBudget(Capacity, 1, 300, 600);
        var before = budget.Step(new(2, 640e3, 800e3, 800e3), 700e3, 60);

        Assert.Equal(before, budget.Step(new(headroom, boards, heat, unmet), 700e3, 60));
        Assert.Equal(double.PositiveInfinity, new HeatBudget(Capacity, 1, 300, 600).Step(new(headroom, boards, heat, unmet), 700e3, 60));
    }

    [Theory]
    [InlineData(200, 1, 0, 0, 1, 0, 0)]
    [InlineData(160, 0.6, 0, 0, 1, 0, 0)] // The low one is capped first.
    [InlineData(80, 0.4, 0, 0, 0.4, 0, 0)] // Both at their lowest measured cap.
    [InlineData(70, 0.4, 0.5, 0, 0.4, 0, 0)] // Half of the low one's work saves 0.5 · (40 − 20).
    [InlineData(50, 0.4, 1, 0.5, 0.4, 0, 0)]
    [InlineData(30, 0.4, 1, 1, 0.4, 0.5, 0)]
    [InlineData(0, 0.4, 1, 1, 0.4, 1, 1)]
    public void Caps_come_first_then_stops_and_shutdowns_by_priority(
        double budget, double lowCap, double lowStopped, double lowOff, double highCap, double highStopped, double highOff)
    {
        var orders = new ShedOrder[2];

        LoadShedding.Divide([new(100, 20, 5, CapResponse.V100), new(100, 20, 0, CapResponse.V100)], budget, orders);

        AssertOrder(new(highCap, highStopped, highOff), orders[0]);
        AssertOrder(new(lowCap, lowStopped, lowOff), orders[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_left_fits_the_budget(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var loads = new ShedLoad[random.Next(1, 6)];
            for (var i = 0; i < loads.Length; i++)
            {
                var working = 1000 * random.NextDouble();
                loads[i] = new(working, working * random.NextDouble() * 0.4, random.Next(3), random.Next(2) == 0 ? CapResponse.V100 : null);
            }

            var (budget, orders) = (2500 * random.NextDouble(), new ShedOrder[loads.Length]);
            LoadShedding.Divide(loads, budget, orders);

            var left = loads.Zip(orders).Sum(static pair =>
                ((1 - pair.Second.Stopped) * pair.Second.Cap * pair.First.WorkingWatts) + ((pair.Second.Stopped - pair.Second.Off) * pair.First.IdleWatts));
            Assert.True(left <= budget + 1e-6, $"seed {seed}, round {round}: {left} W of {budget} W");
            Assert.All(orders, static order => Assert.True(order is { Stopped: >= 0 and <= 1, Off: >= 0 and <= 1 } && order.Off <= order.Stopped));
        }
    }

    private static void AssertOrder(ShedOrder expected, ShedOrder actual)
    {
        Assert.Equal(expected.Cap, actual.Cap, 1e-9);
        Assert.Equal(expected.Stopped, actual.Stopped, 1e-9);
        Assert.Equal(expected.Off, actual.Off, 1e-9);
    }
}
