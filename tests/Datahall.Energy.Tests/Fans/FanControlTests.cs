using Datahall.Energy.Fans;

namespace Datahall.Energy.Tests.Fans;

public sealed class FanControlTests
{
    private static readonly FanLimits Limits = new(87, Floor: 0.3);
    private static readonly Heatsink Sink = new(Limits, fullLoadWatts: 9024, fullLoadSpeed: 0.8, inletCelsius: 24);

    [Theory]
    [InlineData(9024, 24)]
    [InlineData(7600, 18)]
    [InlineData(7600, 27)]
    [InlineData(1900, 18)]
    public void It_comes_to_rest_where_the_settled_speed_is(double watts, double inlet)
    {
        var control = new FanControl(Limits, 1);
        var component = Run(control, 40, watts, inlet, 1800).Component;

        Assert.Equal(Sink.Settled(watts, inlet).Speed, control.Duty, 0.005);
        Assert.True(component <= Limits.TargetCelsius + 0.5);
    }

    [Fact]
    public void At_full_load_and_the_warm_inlet_the_speed_is_that_of_the_maker() => Assert.Equal(0.8, Sink.Settled(9024, 24).Speed, 1e-9);

    [Fact]
    public void A_burst_from_idle_to_full_load_stays_below_the_limit()
    {
        var control = new FanControl(Limits, 0.3);
        var component = Run(control, 40, 1900, 24, 600).Component;

        Assert.InRange(Run(control, component, 9024, 24, 1800).Hottest, Limits.TargetCelsius, Limits.MaxCelsius);
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(-40, 0)]
    [InlineData(0, 0)]
    [InlineData(4294967295, 0)]
    [InlineData(70, 11)]
    [InlineData(70, double.NaN)]
    public void Absurd_and_stale_readings_go_to_the_safe_duty(double celsius, double age)
    {
        var (low, high) = (new FanControl(Limits, 0.3), new FanControl(Limits, 1));
        for (var i = 0; i < 120; i++)
        {
            low.Step([celsius], age, 1);
            high.Step([celsius], age, 1);
        }

        Assert.Equal((Limits.Safe, Limits.Safe), (Math.Round(low.Duty, 9), Math.Round(high.Duty, 9)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_it_reads_it_keeps_floor_and_slew(int seed)
    {
        var random = new Random(seed);
        var control = new FanControl(Limits, 0.5);
        double[] absurd = [double.NaN, -40, 127, 4294967295, double.NegativeInfinity];
        for (var step = 0; step < 5000; step++)
        {
            var (before, seconds) = (control.Duty, 1 + (4 * random.NextDouble()));
            control.Step([random.Next(3) == 0 ? absurd[random.Next(absurd.Length)] : 20 + (90 * random.NextDouble()), 60], random.Next(5) == 0 ? 30 : 1, seconds);

            Assert.True(control.Duty is >= 0.3 and <= 1, $"seed {seed}, step {step}: {control.Duty}");
            Assert.True(control.Duty - before <= (0.1 * seconds) + 1e-9 && before - control.Duty <= (0.01 * seconds) + 1e-9, $"seed {seed}, step {step}: {before} to {control.Duty}");
        }
    }

    [Fact]
    public void One_absurd_reading_among_others_is_ignored() =>
        Assert.Equal(new FanControl(Limits, 0.5).Step([80], 0, 1), new FanControl(Limits, 0.5).Step([80, double.NaN, -40, 4294967295], 0, 1));

    [Theory]
    [InlineData(7600, 22)]
    [InlineData(5000, 30)]
    public void Slopes_of_the_settled_speed_are_those_of_its_differences(double watts, double inlet)
    {
        var (speed, byWatts, byInlet) = Sink.Settled(watts, inlet);

        Assert.InRange(speed, 0.301, 0.999);
        Assert.Equal((Sink.Settled(watts + 0.5, inlet).Speed - Sink.Settled(watts - 0.5, inlet).Speed), byWatts, Math.Abs(byWatts) * 1e-4);
        Assert.Equal((Sink.Settled(watts, inlet + 0.01).Speed - Sink.Settled(watts, inlet - 0.01).Speed) / 0.02, byInlet, Math.Abs(byInlet) * 1e-4);
    }

    [Fact]
    public void A_safe_duty_below_the_floor_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new FanControl(new(87, 0.5, 0.4), 0.5));

    private static (double Component, double Hottest) Run(FanControl control, double component, double watts, double inlet, int seconds)
    {
        var hottest = component;
        for (var i = 0; i < seconds; i++)
        {
            component = Sink.At(control.Duty).After(component, inlet, watts, 1);
            hottest = Math.Max(hottest, component);
            control.Step([component], 0, 1);
        }

        return (component, hottest);
    }
}
