using Datahall.Energy.Servers;

namespace Datahall.Energy.Tests.Servers;

public sealed class ServerPowerModelTests
{
    public static TheoryData<string, ServerPowerModel> Models => new()
    {
        { "linear", ServerPowerModel.Linear(100, 200) },
        { "sqrt", ServerPowerModel.Sqrt(100, 200) },
        { "square", ServerPowerModel.Square(100, 200) },
        { "cubic", ServerPowerModel.Cubic(100, 200) },
        { "mse", new MsePowerModel(100, 200, 1.4) },
        { "asymptotic", new AsymptoticPowerModel(100, 200, 0.3, ClockScaling.Fixed) },
        { "asymptotic-dvfs", new AsymptoticPowerModel(100, 200, 0.3, ClockScaling.Dvfs) },
        { "frequency", new FrequencyPowerModel(100, 200, 0.3) },
        { "points", PointsPowerModel.IbmX3550 },
        { "devices", DevicePowerModel.Frontier },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Watts_start_at_idle_rise_to_the_rating_and_clamp_outside(string name, ServerPowerModel model)
    {
        var last = model.Watts(0);

        Assert.Equal(model.IdleWatts, last, 1e-9);
        for (var u = 0.01; u <= 1; u += 0.01)
        {
            Assert.True(model.Watts(u) >= last, $"{name} falls at {u}");
            last = model.Watts(u);
        }

        var missing = name.StartsWith("asymptotic", StringComparison.Ordinal) ? 50 * Math.Exp(-1 / 0.3) : 0;
        Assert.Equal(model.MaxWatts - missing, model.Watts(1), 1e-9);
        Assert.Equal(model.Watts(0), model.Watts(-3));
        Assert.Equal(model.Watts(1), model.Watts(7));
        Assert.True(double.IsNaN(model.Watts(double.NaN)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Slope_is_the_derivative(string name, ServerPowerModel model)
    {
        for (var u = 0.013; u < 0.99; u += 0.05)
        {
            var difference = (model.Watts(u + 1e-6) - model.Watts(u - 1e-6)) / 2e-6;

            Assert.True(Math.Abs(difference - model.Slope(u)) < 1e-4 * (1 + Math.Abs(difference)), $"{name} at {u}: {model.Slope(u)} and {difference}");
        }
    }

    // OpenDC's unit cases: a host of one core with 2000 MHz, idle 100 W, 200 W busy; seconds at a load, then joules.
    [Theory]
    [InlineData(90_000, new[] { 600, 0.5 })]
    [InlineData(150_000, new[] { 600, 0.5, 300, 1 })]
    [InlineData(210_000, new[] { 600, 0.5, 600, 0, 300, 1 })]
    [InlineData(9_000, new[] { 60, 0.5 })]
    public void Linear_gives_the_energy_of_OpenDCs_unit_cases(double joules, double[] pieces) =>
        Assert.Equal(joules, pieces.Chunk(2).Sum(piece => piece[0] * ServerPowerModel.Linear(100, 200).Watts(piece[1])));

    [Theory]
    [InlineData(0.0, 240_000)] // The CPU idle at 100 W.
    [InlineData(0.5, 270_000)]
    public void Devices_give_the_energy_of_OpenDCs_GPU_cases(double cpu, double joules) =>
        Assert.Equal(joules, 600 * new DevicePowerModel(new(1, 100, 200), new(1, 200, 400), 0).Watts(cpu, 0.5));

    [Fact]
    public void Points_hit_the_published_values_and_lie_between_them()
    {
        double[] g4 = [86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117];
        for (var i = 0; i <= 10; i++)
        {
            Assert.Equal(g4[i], PointsPowerModel.HpMl110G4.Watts(i / 10.0), 1e-9);
        }

        Assert.Equal((97 + 101) / 2.0, PointsPowerModel.HpMl110G5.Watts(0.15), 1e-9);
    }

    [Fact]
    public void Points_give_the_energy_of_CloudSims_hosts_that_are_all_on()
    {
        // PlanetLab of 2011-03-03: 400 G4 and 400 G5 at full power, until the last of 288 samples of 5 minutes.
        var watts = 400 * (PointsPowerModel.HpMl110G4.Watts(1) + PointsPowerModel.HpMl110G5.Watts(1));

        Assert.Equal(2410.80, watts * 287 * 300 / 3.6e6, 0.005);
    }

    [Fact]
    public void Mse_and_asymptotic_follow_their_formulas()
    {
        Assert.Equal(100 + (100 * ((2 * 0.5) - Math.Pow(0.5, 1.4))), new MsePowerModel(100, 200, 1.4).Watts(0.5), 1e-12);
        Assert.Equal(100 + (50 * (1 + 0.5 - Math.Exp(-0.5 / 0.3))), new AsymptoticPowerModel(100, 200, 0.3, ClockScaling.Fixed).Watts(0.5), 1e-12);
        Assert.Equal(100 + (50 * (1 + 0.125 - Math.Exp(-0.125 / 0.3))), new AsymptoticPowerModel(100, 200, 0.3, ClockScaling.Dvfs).Watts(0.5), 1e-12);
    }

    [Fact]
    public void Watts_over_a_span_are_those_of_each_and_allocate_nothing()
    {
        var load = Enumerable.Range(0, 101).Select(static i => i / 100.0).ToArray();
        var watts = new double[load.Length];
        foreach (var row in Models)
        {
            row.Data.Item2.Watts(load, watts);

            Assert.Equal(load.Select(row.Data.Item2.Watts), watts);
            Allocation.None(() => row.Data.Item2.Watts(load, watts));
        }
    }

    [Theory]
    [InlineData(-1, 100)]
    [InlineData(100, 99)]
    [InlineData(double.NaN, 100)]
    [InlineData(0, double.PositiveInfinity)]
    public void Models_refuse_powers_that_cannot_be(double idle, double most) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ServerPowerModel.Linear(idle, most));

    [Fact]
    public void Watts_refuse_spans_of_two_lengths() =>
        Assert.Throws<ArgumentException>(() => ServerPowerModel.Linear(1, 2).Watts(new double[3], new double[2]));
}
