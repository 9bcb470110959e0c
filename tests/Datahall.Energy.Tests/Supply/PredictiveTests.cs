using System.Globalization;
using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Supply;

namespace Datahall.Energy.Tests.Supply;

public sealed class PredictiveTests
{
    private static readonly SupplyBounds Bounds = new(Lowest: 15, Highest: 27, Safe: 18, Margin: 2);
    private static readonly FacilityModel Facility = SiteFacility.Of(A.Site);
    private static readonly double[] Absurd = [double.NaN, -40, 127, 4294967295, double.PositiveInfinity, double.NegativeInfinity];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_it_reads_it_stays_within_bounds_and_slew(int seed)
    {
        var random = new Random(seed);
        var controller = new Predictive(Bounds, Facility);
        var state = Facility.NewState(18);
        Array.Fill(state.Compute, 3000);
        var (inlets, ages) = (new double[Facility.Racks.Count], new double[Facility.Racks.Count]);
        for (var step = 0; step < 400; step++)
        {
            var before = controller.SetPoint;
            for (var i = 0; i < inlets.Length; i++)
            {
                inlets[i] = random.Next(4) == 0 ? Absurd[random.Next(Absurd.Length)] : 10 + (30 * random.NextDouble());
                ages[i] = random.Next(4) == 0 ? 1000 * random.NextDouble() : 5;
            }

            var outdoor = random.Next(5) == 0 ? new OutdoorAir(Absurd[random.Next(Absurd.Length)], double.NaN, -40) : OutdoorAir.Of(-10 + (50 * random.NextDouble()), random.NextDouble());
            state.Compute[0] = random.Next(9) == 0 ? double.NaN : 3000;

            controller.Step(new(inlets, Facility.InletLimits, outdoor, state, ages));

            var what = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, step {step}: from {before} to {controller.SetPoint}");
            Assert.True(controller.SetPoint is >= 15 and <= 27, what);
            Assert.True(Math.Abs(controller.SetPoint - before) <= (SupplyBounds.Slew * Predictive.PlanSeconds) + 1e-9, what);
            Assert.True(controller.Settings.FlowFactor is null or >= 0.9 and <= 1.1, what);
        }
    }

    [Fact]
    public void It_draws_less_than_any_supply_that_stays_and_commands_the_plant()
    {
        var outdoor = OutdoorAir.Of(12, 0.6);
        var (controller, state) = (new Predictive(Bounds, Facility), Loaded(0.8, outdoor));
        for (var i = 0; i < 200; i++)
        {
            controller.Step(new(state.Inlet, Facility.InletLimits, outdoor, state));
            Facility.Step(state, controller.SetPoint, outdoor, Predictive.PlanSeconds, settings: controller.Settings);
        }

        var here = Facility.Settle(Loaded(0.8, outdoor), controller.SetPoint, outdoor, controller.Settings).Total;

        for (var supply = 15.0; supply <= 27; supply += 0.5)
        {
            Assert.True(here <= Facility.Settle(Loaded(0.8, outdoor), supply, outdoor).Total * 1.0005, $"{supply} °C draws less than {controller.SetPoint} °C");
        }

        Assert.NotEqual(default, controller.Settings);
    }

    [Fact]
    public void Without_a_sound_weather_it_trims_and_responds()
    {
        var state = Loaded(0.8, OutdoorAir.Of(12, 0.6));
        var controller = new Predictive(Bounds, Facility);

        controller.Step(new(state.Inlet, Facility.InletLimits, new(double.NaN, double.NaN, double.NaN), state));

        Assert.Equal(18 + (0.1 * 300 / 120), controller.SetPoint, 1e-9); // No rack asks: 2.5 steps of +0.1 K.
        Assert.Equal(default, controller.Settings);
    }

    [Fact]
    public void Stale_readings_count_as_absurd_ones()
    {
        var state = Loaded(0.8, OutdoorAir.Of(12, 0.6));
        var ages = new double[state.Inlet.Length];
        Array.Fill(ages, SupplyReadings.StaleSeconds + 1);

        Assert.False(new SupplyReadings(state.Inlet, Facility.InletLimits, default, state, ages).CanSee);
        Array.Fill(ages, SupplyReadings.StaleSeconds);
        Assert.True(new SupplyReadings(state.Inlet, Facility.InletLimits, default, state, ages).CanSee);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Dynamic_programming_finds_what_trying_every_way_finds(int seed)
    {
        const int stages = 4;
        const int points = 5;
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var (reach, move) = (random.Next(1, 4), random.NextDouble());
            var grid = new SetPointGrid(stages, points, reach, move);
            for (var i = 0; i < grid.Costs.Length; i++)
            {
                grid.Costs[i] = random.NextDouble() * 3;
            }

            var start = random.NextDouble() * (points - 1);
            var first = grid.First(start, out var total);

            var (least, best) = Try(grid.Costs, 0, start);
            Assert.True(Math.Abs(least - total) < 1e-9, $"seed {seed}, round {round}: {total}, by trying {least}");
            Assert.Equal(best, first);

            (double Cost, int First) Try(double[] costs, int stage, double from)
            {
                var (min, to) = (double.PositiveInfinity, -1);
                for (var j = 0; j < points; j++)
                {
                    if (Math.Abs(j - from) <= reach)
                    {
                        var cost = costs[(stage * points) + j] + (move * Math.Abs(j - from)) + (stage + 1 < stages ? Try(costs, stage + 1, j).Cost : 0);
                        (min, to) = cost < min ? (cost, j) : (min, to);
                    }
                }

                return (min, to);
            }
        }
    }

    [Fact]
    public void A_day_that_repeats_is_forecast_exactly_and_a_shift_of_it_fades()
    {
        var forecast = new DayForecast(24);
        for (var hour = 0; hour < 72; hour++)
        {
            forecast.Add(Math.Sin(2 * Math.PI * hour / 24));
        }

        Assert.Equal(Math.Sin(2 * Math.PI * 5 / 24), forecast.At(6), 1e-9); // The last was hour 71, that is 23.
        forecast.Add(10);
        Assert.Equal(10, forecast.At(0));
        Assert.Equal(Math.Sin(2 * Math.PI * 6 / 24) + (10 * Math.Exp(-1)), forecast.At(6), 1e-9);
    }

    private static FacilityState Loaded(double load, OutdoorAir outdoor)
    {
        var state = Facility.NewState(18);
        Array.Fill(state.Utilisation, load);
        Facility.Compute(state);
        Facility.Settle(state, 18, outdoor);
        return state;
    }
}
