using Datahall.Energy.Air;

namespace Datahall.Energy.Tests.Air;

public sealed class AirTests
{
    [Fact]
    public void Air_carries_what_the_makers_say()
    {
        Assert.Equal(16.3, AirStream.Rise(10_200, 0.5215, 1.19), 0.05); // DGX H100: 10.2 kW at 1105 CFM.
        Assert.Equal(0.069, AirStream.Flow(1000, 12), 0.0005);
    }

    [Fact]
    public void Mass_reaches_the_golden_temperature()
    {
        var mass = new ThermalMass(0.05, 300);

        Assert.Equal(30, mass.Settled(25, 100), 1e-12);
        Assert.Equal(55.940, mass.After(30, 25, 700, 30), 0.0005);
    }

    [Fact]
    public void One_long_step_is_as_right_as_many_short_ones()
    {
        var mass = new ThermalMass(0.05, 300);
        var celsius = 30.0;
        for (var i = 0; i < 300; i++)
        {
            celsius = mass.After(celsius, 25, 700, 0.1);
        }

        Assert.Equal(mass.After(30, 25, 700, 30), celsius, 1e-9);
    }

    [Fact]
    public void Step_moves_every_temperature_and_allocates_nothing()
    {
        double[] celsius = [30, 40];
        double[] settled = [60, 35];

        ThermalMass.Step(celsius, settled, 30, 15);

        Assert.Equal([60 - (30 * Math.Exp(-2)), 35 + (5 * Math.Exp(-2))], celsius);
        Allocation.None(() => ThermalMass.Step(celsius, settled, 30, 15));
    }

    [Fact]
    public void Fans_follow_their_curves()
    {
        Assert.Equal(0.125, FanCurve.Cube.Power(0.5), 1e-12);
        Assert.Equal(1.0023, FanCurve.Plug.Power(1), 1e-9);
        Assert.Equal(0.0699 + (1.395 * 0.5) - (3.3549 * 0.25) + (2.8923 * 0.125), FanCurve.Plug.Power(0.5), 1e-12);
        Assert.Equal(FanCurve.Plug.Power(0.05), FanCurve.Plug.Power(0));
        Assert.Equal(0.3507 + 0.3085 - 0.5414 + 0.8720, FanCurve.InletVane.Power(1), 1e-9);
        Assert.Equal(486.0 / 0.7, FanCurve.DesignWatts(1, 486, 0.7), 1e-9);
    }

    [Fact]
    public void Slopes_of_fans_are_derivatives()
    {
        foreach (var curve in (FanCurve[])[FanCurve.Cube, FanCurve.Plug, FanCurve.InletVane])
        {
            foreach (var flow in (double[])[0.1, 0.4, 0.9])
            {
                Assert.Equal((curve.Power(flow + 1e-6) - curve.Power(flow - 1e-6)) / 2e-6, curve.Slope(flow), 1e-6);
            }

            Assert.Equal(0, curve.Slope(1.2));
        }
    }

    [Fact]
    public void Faster_fans_make_better_heatsinks()
    {
        Assert.Equal(0.07, ThermalMass.Heatsink(0.03, 0.04, 1), 1e-12);
        Assert.Equal(0.03 + (0.04 * Math.Pow(0.5, -0.8)), ThermalMass.Heatsink(0.03, 0.04, 0.5), 1e-12);
    }
}
