using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Supply;

namespace Datahall.Energy.Tests.Supply;

public sealed class SupplyControllerTests
{
    private static readonly SupplyBounds Bounds = new(Lowest: 15, Highest: 27, Safe: 18, Margin: 2);
    private static readonly FacilityModel Facility = SiteFacility.Of(A.Site);
    private static readonly OutdoorAir Outdoor = OutdoorAir.Of(25, 0.5);

    public static TheoryData<string> Names => ["trim-and-respond", "hottest-inlet", "least-power", "predictive"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Controllers_keep_inlets_at_their_margin_and_go_no_faster_than_allowed(string name)
    {
        var controller = Make(name);
        var state = Loaded(0.9);
        var last = controller.SetPoint;
        var seconds = 0.0;

        for (var due = 0.0; seconds < 86_400; seconds += 60)
        {
            if (seconds >= due)
            {
                controller.Step(new(state.Inlet, Facility.InletLimits, Outdoor, state));
                due = seconds + controller.IntervalSeconds;
                Assert.InRange(Math.Abs(controller.SetPoint - last), 0, (SupplyBounds.Slew * controller.IntervalSeconds) + 1e-9);
                Assert.InRange(controller.SetPoint, Bounds.Lowest, Bounds.Highest);
                last = controller.SetPoint;
            }

            var power = Facility.Step(state, controller.SetPoint, Outdoor, 60);
            Assert.True(power.WorstInlet < 0, $"{name}: an inlet is {power.WorstInlet} K above its limit after {seconds} s");
        }

        // All end warmer than they began: 18 °C is colder than these servers need.
        Assert.True(controller.SetPoint > 19, $"{name} ends at {controller.SetPoint} °C");
    }

    [Fact]
    public void HottestInlet_ends_with_the_hottest_inlet_at_the_margin()
    {
        var (controller, state) = (new HottestInlet(Bounds with { Highest = 40 }), Loaded(0.9));
        FacilityPower power = default;

        for (var i = 0; i < 1000; i++)
        {
            controller.Step(new(state.Inlet, Facility.InletLimits, Outdoor, state));
            power = Facility.Step(state, controller.SetPoint, Outdoor, 60);
        }

        Assert.Equal(-2, power.WorstInlet, 0.15);
    }

    [Fact]
    public void LeastPower_ends_where_no_near_set_point_draws_less()
    {
        var (controller, state) = (new LeastPower(Bounds, Facility), Loaded(0.8));
        for (var i = 0; i < 500; i++)
        {
            controller.Step(new(state.Inlet, Facility.InletLimits, Outdoor, state));
            Facility.Step(state, controller.SetPoint, Outdoor, 300);
        }

        var here = Settled(controller.SetPoint);

        Assert.True(Settled(controller.SetPoint - 0.5) > here * 0.9997);
        Assert.True(Settled(controller.SetPoint + 0.5) > here * 0.9997);
        Assert.True(here < Settled(18));
        Assert.True(here < Settled(26));

        double Settled(double supply) => Facility.Settle(Loaded(0.8), supply, Outdoor).Total;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Blind_controllers_go_to_the_safe_set_point(string name)
    {
        var (controller, state) = (Make(name), Loaded(0.8));
        Warm(controller, state, 200);
        var blind = state.Inlet.ToArray();
        double[] absurd = [-40, double.NaN, 4294967295, 85, double.PositiveInfinity];
        for (var i = 0; i < (blind.Length + 1) / 2; i++)
        {
            blind[i] = absurd[i % absurd.Length];
        }

        Assert.True(controller.SetPoint > 18.5);
        for (var i = 0; i < 200; i++)
        {
            controller.Step(new(blind, Facility.InletLimits, Outdoor, state));
        }

        Assert.Equal(18, controller.SetPoint, 1e-9);
    }

    [Theory]
    [InlineData(-40)]
    [InlineData(double.NaN)]
    [InlineData(4294967295)]
    public void One_absurd_reading_moves_nothing(double reading)
    {
        foreach (var name in Names)
        {
            var (sound, broken, state) = (Make(name), Make(name), Loaded(0.8));
            Warm(sound, state, 50);
            Warm(broken, Loaded(0.8), 50);
            var readings = state.Inlet.ToArray();
            readings[2] = reading; // Of a rack in mid-row, which is not the hottest.

            Assert.Equal(
                sound.Step(new(state.Inlet, Facility.InletLimits, Outdoor, state)),
                broken.Step(new(readings, Facility.InletLimits, Outdoor, state)));
        }
    }

    [Fact]
    public void TrimAndRespond_goes_colder_with_each_request_beyond_those_ignored()
    {
        var limits = new double[20];
        Array.Fill(limits, 30);
        var inlets = new double[20];
        Array.Fill(inlets, 25);
        var (controller, state) = (new TrimAndRespond(Bounds), Loaded(0));

        Assert.Equal(18.1, controller.Step(new(inlets, limits, Outdoor, state)), 1e-9);
        inlets[0] = inlets[1] = 28.5;
        Assert.Equal(18.2, controller.Step(new(inlets, limits, Outdoor, state)), 1e-9);
        inlets[2] = inlets[3] = 28.5;
        Assert.Equal(17.9, controller.Step(new(inlets, limits, Outdoor, state)), 1e-9);
        Array.Fill(inlets, 29);
        Assert.Equal(17.3, controller.Step(new(inlets, limits, Outdoor, state)), 1e-9);
    }

    [Fact]
    public void Controllers_refuse_bounds_that_cross() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HottestInlet(Bounds with { Highest = 10 }));

    private static SupplyController Make(string name) => name switch
    {
        "trim-and-respond" => new TrimAndRespond(Bounds),
        "hottest-inlet" => new HottestInlet(Bounds),
        "predictive" => new Predictive(Bounds, Facility),
        _ => new LeastPower(Bounds, Facility),
    };

    private static void Warm(SupplyController controller, FacilityState state, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            controller.Step(new(state.Inlet, Facility.InletLimits, Outdoor, state));
            Facility.Step(state, controller.SetPoint, Outdoor, controller.IntervalSeconds);
        }
    }

    private static FacilityState Loaded(double load)
    {
        var state = Facility.NewState(18);
        Array.Fill(state.Utilisation, load);
        Facility.Compute(state);
        Facility.Settle(state, 18, Outdoor);
        return state;
    }
}
