using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Prices;

namespace Datahall.Energy.Tests.Prices;

public sealed class EnergyPricesTests
{
    // Hot and humid, in between, free cooling, and supplies that make fans run at their least or speed up.
    public static TheoryData<double, double, double, SupplyRule> Cases
    {
        get
        {
            var cases = new TheoryData<double, double, double, SupplyRule>();
            foreach (var (celsius, humidity) in (ReadOnlySpan<(double, double)>)[(33, 0.5), (14, 0.6), (2, 0.6)])
            {
                cases.Add(celsius, humidity, 19, SupplyRule.Fixed);
                cases.Add(celsius, humidity, 26, SupplyRule.Fixed);
                cases.Add(celsius, humidity, 0, SupplyRule.HottestInlet);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Prices_are_the_derivative_of_the_settled_facility(double celsius, double humidity, double supply, SupplyRule rule)
    {
        var facility = SiteFacility.Of(A.Site);
        var outdoor = OutdoorAir.Of(celsius, humidity);
        var watts = Watts(facility, seed: 11);
        var prices = new double[watts.Length];
        var (state, at, _) = Settled(facility, watts, supply, outdoor, rule);
        EnergyPrices.Compute(facility, state, at, outdoor, rule, 0, prices);

        for (var i = 0; i < watts.Length; i++)
        {
            var count = state.Awake[i];
            var step = watts[i] * 1e-5;
            var difference = (Total(i, step) - Total(i, -step)) / (2 * step * count);

            Assert.Equal(difference, prices[i], 2e-5 * difference);
        }

        double Total(int block, double more)
        {
            var changed = watts.ToArray();
            changed[block] += more;
            return Settled(facility, changed, supply, outdoor, rule).Total;
        }
    }

    [Fact]
    public void Where_heat_recirculates_more_a_watt_costs_more()
    {
        var facility = SiteFacility.Of(A.Chassis(File.ReadAllText(SharedData.Find("energy/heat_recirculation_D_40x40.mtx"))));
        var outdoor = OutdoorAir.Of(20, 0.5);
        var watts = new double[40];
        Array.Fill(watts, 1000);
        var prices = new double[40];
        var (state, at, _) = Settled(facility, watts, 0, outdoor, SupplyRule.HottestInlet);

        EnergyPrices.Compute(facility, state, at, outdoor, SupplyRule.HottestInlet, 0, prices);

        // P = Q/COP(T), T = 25 − max(D·q): ∂/∂q = 1 + 1/COP + Q·COP'/COP²·D[hottest row].
        var (cop, slope) = (CracUnit.Cop(at), CracUnit.Slope(at));
        var hottest = Array.IndexOf(state.Rise, state.Rise.Max());
        var row = A.Chassis(File.ReadAllText(SharedData.Find("energy/heat_recirculation_D_40x40.mtx"))).Halls[0].Recirculation!.KelvinPerKilowatt[hottest];
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(1 + (1 / cop) + (40_000 * slope / (cop * cop) * row[i] / 1000), prices[i], 1e-9);
        }
    }

    [Fact]
    public void Prices_refuse_a_span_of_another_length()
    {
        var facility = SiteFacility.Of(A.Site);

        Assert.Throws<ArgumentException>(() => EnergyPrices.Compute(facility, facility.NewState(20), 20, OutdoorAir.Of(20, 0.5), SupplyRule.Fixed, 0, new double[3]));
    }

    private static double[] Watts(FacilityModel facility, int seed)
    {
        var random = new Random(seed);
        return [.. facility.Blocks.Select(block => block.Type.Power.IdleWatts + ((block.Type.Power.MaxWatts - block.Type.Power.IdleWatts) * (0.35 + (0.5 * random.NextDouble()))))];
    }

    private static (FacilityState State, double Supply, double Total) Settled(FacilityModel facility, double[] watts, double supply, OutdoorAir outdoor, SupplyRule rule)
    {
        var state = facility.NewState(20);
        watts.CopyTo(state.Compute, 0);
        if (facility.Blocks[0].Count > 1)
        {
            (state.Awake[0], state.Transit[0], state.TransitWatts[0]) = (facility.Blocks[0].Count - 2, 1, 8000); // One wakes, one sleeps.
        }

        if (rule is SupplyRule.Fixed)
        {
            return (state, supply, facility.Settle(state, supply, outdoor).Total);
        }

        var at = 20.0;
        for (var i = 0; i < 100; i++)
        {
            facility.Settle(state, at, outdoor);
            at = facility.WarmestSupply(state);
        }

        return (state, at, facility.Settle(state, at, outdoor).Total);
    }
}
