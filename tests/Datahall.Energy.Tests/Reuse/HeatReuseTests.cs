using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Reuse;

namespace Datahall.Energy.Tests.Reuse;

public sealed class HeatReuseTests
{
    private static readonly OutdoorAir Winter = OutdoorAir.Of(2, 0.7);

    [Fact]
    public void It_goes_warm_at_its_slew_when_heat_is_worth_it_and_back_when_not()
    {
        var (facility, state) = Site();
        var reuse = new HeatReuse(facility);

        Assert.Equal(32, reuse.LiquidSupply);
        Assert.Equal(35, reuse.Step(state, 22, Winter, new(0.1, 0.05)));
        for (var i = 0; i < 8; i++)
        {
            reuse.Step(state, 22, Winter, new(0.1, 0.05));
        }

        Assert.Equal(35, reuse.LiquidSupply); // Its return of 45 °C is what others can use.
        Assert.Equal(32, reuse.Step(state, 22, Winter, new(0.1, 0)));
    }

    [Fact]
    public void Heat_that_brings_less_than_it_costs_is_not_sold()
    {
        var (facility, state) = Site();

        Assert.Equal(32, new HeatReuse(facility).Step(state, 22, Winter, new(0.4, 0.001)));
    }

    [Fact]
    public void It_changes_its_mind_once_an_hour_at_the_most()
    {
        var (facility, state) = Site();
        var reuse = new HeatReuse(facility);
        var changes = 0;
        for (var i = 0; i < 40; i++)
        {
            var before = reuse.LiquidSupply;
            changes += reuse.Step(state, 22, Winter, new(0.1, i % 2 == 0 ? 0.05 : 0)) != before ? 1 : 0;
        }

        Assert.InRange(changes, 1, 10);
    }

    [Theory]
    [InlineData(double.NaN, 0.05)]
    [InlineData(0.1, double.NaN)]
    [InlineData(0.1, -40)]
    [InlineData(double.PositiveInfinity, 0.05)]
    public void Absurd_prices_leave_the_designed_supply(double power, double heat)
    {
        var (facility, state) = Site();

        Assert.Equal(32, new HeatReuse(facility).Step(state, 22, Winter, new(power, heat)));
    }

    [Fact]
    public void Warmer_water_makes_chips_leak()
    {
        var (facility, state) = Site();
        var cold = facility.Settle(state, 22, Winter).Compute;
        var warm = facility.Settle(state, 22, Winter, new(LiquidSupply: 42)).Compute;

        Assert.Equal(1 + (0.85 * 0.2 * (Math.Exp(0.25) - 1)), warm / cold, 1e-9);
    }

    private static (FacilityModel Facility, FacilityState State) Site()
    {
        var facility = SiteFacility.Of(A.Site with
        {
            Cooling = new() { HeatReuse = 0.8, HeatReuseCelsius = 45 },
            Halls = [new() { Name = "h", Rows = [new() { Name = "L", Racks = 4, Servers = [new() { Model = "gb200-nvl72" }] }] }],
        });
        var state = facility.NewState(22);
        Array.Fill(state.Utilisation, 0.8);
        facility.Compute(state);
        return (facility, state);
    }
}
