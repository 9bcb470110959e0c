using Datahall.Energy.Cooling;
using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Prices;

/// <summary>What happens to the supplied air when a server draws more.</summary>
public enum SupplyRule
{
    /// <summary>It stays at its set point.</summary>
    Fixed,

    /// <summary>It is kept as warm as the inlet nearest to its limit allows, so that more heat there makes it colder.</summary>
    HottestInlet,
}

/// <summary>What one more watt on a server's boards costs the whole facility, in watts per watt: the price vector between energy and scheduling.</summary>
/// <remarks>
/// <para>
/// Exact at a settled state: the watt itself, its server's supply and fans, the feeds on its way, the plant, the inlets that its heat warms and what their
/// fans then draw and give off, and under <see cref="SupplyRule.HottestInlet"/> the colder supply.
/// </para>
/// <para>
/// The rule <see cref="SupplyRule.HottestInlet"/> has a kink where another inlet becomes the hottest, and a task is no infinitesimal: for a step of so many watts the
/// kelvins by which the new hottest inlet goes beyond the line are added, each at what a colder supply costs. For a step of 0 the price is the derivative.
/// </para>
/// <para>
/// The loop through the inlets is solved by its adjoint. With z the cost of a watt of heat by rack and y the cost of a kelvin by inlet:
/// y = τ + B·z, z = Dᵀy − s·Dₖ, s the cost of a warmer supply and Dₖ the row of the hottest inlet. Source: Griewank and Walther, Evaluating Derivatives, SIAM
/// 2008, ch. 15 (adjoints of fixed points). O(racks²) a round, about ten rounds.
/// </para>
/// </remarks>
public static class EnergyPrices
{
    private const int MostRounds = 200;

    /// <summary>Computes the prices.</summary>
    /// <param name="facility">The facility.</param>
    /// <param name="state">A state that <see cref="FacilityModel.Settle"/> settled; its scratch is changed.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="rule">What happens to the supply.</param>
    /// <param name="stepWatts">How much more is to be drawn in one place, in watts, 0 or more.</param>
    /// <param name="prices">Receives W of the facility per W on the boards of one more server's worth in each block. Shape [blocks].</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static void Compute(
        FacilityModel facility, FacilityState state, double supplyCelsius, OutdoorAir outdoor, SupplyRule rule, double stepWatts, Span<double> prices)
    {
        Require.NotNegative(stepWatts);
        if (prices.Length != facility.Blocks.Count)
        {
            throw new ArgumentException($"{prices.Length} prices for {facility.Blocks.Count} blocks of servers");
        }

        var plant = facility.Power(state, supplyCelsius, outdoor, 0).Plant;
        facility.Feeds.Slopes(state.Load, state.Grid, state.LossHeat);
        ByInlets(facility, state, plant);
        var hottest = rule is SupplyRule.HottestInlet ? Hottest(facility, state) : -1;
        var warmer = HeatPrices(facility, state, plant, hottest);
        var heat = state.HeatPrice;
        for (var i = 0; i < prices.Length; i++)
        {
            var block = facility.Blocks[i];
            var (rack, liquid) = (block.RackIndex, block.Type.LiquidShare);
            var draw = block.Type.Draw(state.Compute[i], state.Inlet[rack], state.Fans);
            var byWall = state.Grid[rack] + (plant.ByAirHeat * (1 + state.LossHeat[rack]));
            prices[i] = (byWall * draw.WallByWatts) + ((plant.ByLiquidHeat - plant.ByAirHeat) * liquid)
                + (plant.ByFlow * draw.FlowByWatts) + (heat[rack] * (draw.WallByWatts - liquid));
            if (hottest >= 0 && stepWatts > 0)
            {
                prices[i] -= warmer * BeyondTheLine(facility, state, hottest, rack, stepWatts * (draw.WallByWatts - liquid)) / stepWatts;
            }
        }
    }

    // τ and B: what a warmer inlet costs at once, and how much heat it adds, by rack.
    private static void ByInlets(FacilityModel facility, FacilityState state, in PlantPower plant)
    {
        state.ByInlet.AsSpan().Clear();
        state.HeatByInlet.AsSpan().Clear();
        for (var i = 0; i < facility.Blocks.Count; i++)
        {
            var block = facility.Blocks[i];
            var rack = block.RackIndex;
            var draw = block.Type.Draw(state.Compute[i], state.Inlet[rack], state.Fans);
            var between = state.Transit[i] > 0 ? block.Type.Draw(state.TransitWatts[i] / state.Transit[i], state.Inlet[rack], state.Fans) : default;
            var byWall = state.Grid[rack] + (plant.ByAirHeat * (1 + state.LossHeat[rack]));
            var (wall, flow) = ((state.Awake[i] * draw.WallByInlet) + (state.Transit[i] * between.WallByInlet), (state.Awake[i] * draw.FlowByInlet) + (state.Transit[i] * between.FlowByInlet));
            state.ByInlet[rack] += (byWall * wall) + (plant.ByFlow * flow);
            state.HeatByInlet[rack] += wall;
        }
    }

    // By how many kelvin more heat in a rack lifts the then hottest inlet over where the now hottest one goes.
    private static double BeyondTheLine(FacilityModel facility, FacilityState state, int hottest, int rack, double heatWatts)
    {
        var beyond = 0.0;
        foreach (var hall in facility.Halls)
        {
            if (rack < hall.First || rack >= hall.First + hall.Count)
            {
                continue;
            }

            var line = Above(facility, state, hottest) + (hottest >= hall.First && hottest < hall.First + hall.Count ? hall.Matrix[hottest - hall.First, rack - hall.First] * heatWatts : 0);
            for (var i = 0; i < hall.Count; i++)
            {
                beyond = Math.Max(beyond, Above(facility, state, hall.First + i) + (hall.Matrix[i, rack - hall.First] * heatWatts) - line);
            }
        }

        return beyond;
    }

    private static double Above(FacilityModel facility, FacilityState state, int rack) => state.Inlet[rack] - facility.InletLimits[rack];

    // What a warmer supply costs in the end, in W/K; the prices of heat are left in the state.
    private static double HeatPrices(FacilityModel facility, FacilityState state, in PlantPower plant, int hottest)
    {
        var (z, y) = (state.HeatPrice, state.Settled);
        z.AsSpan().Clear();
        var warmer = plant.BySupply;
        for (var round = 0; round < MostRounds; round++)
        {
            warmer = plant.BySupply;
            for (var k = 0; k < y.Length; k++)
            {
                y[k] = state.ByInlet[k] + (state.HeatByInlet[k] * z[k]);
                warmer += y[k];
            }

            if (Transpose(facility, state, hottest, warmer) < 1e-14)
            {
                break;
            }
        }

        return warmer;
    }

    private static double Transpose(FacilityModel facility, FacilityState state, int hottest, double warmer)
    {
        var (y, z, next) = (state.Settled, state.HeatPrice, state.Scratch);
        foreach (var hall in facility.Halls)
        {
            var here = next.AsSpan(hall.First, hall.Count);
            hall.Matrix.Transposed(y.AsSpan(hall.First, hall.Count), here);
            if (hottest >= hall.First && hottest < hall.First + hall.Count)
            {
                var row = hall.Matrix.Row(hottest - hall.First);
                for (var m = 0; m < row.Length; m++)
                {
                    here[m] -= warmer * row[m];
                }
            }
        }

        var moved = 0.0;
        for (var i = 0; i < z.Length; i++)
        {
            moved = Math.Max(moved, Math.Abs(next[i] - z[i]));
            z[i] = next[i];
        }

        return moved;
    }

    private static int Hottest(FacilityModel facility, FacilityState state)
    {
        var hottest = 0;
        for (var i = 1; i < state.Inlet.Length; i++)
        {
            hottest = Above(facility, state, i) > Above(facility, state, hottest) ? i : hottest;
        }

        return hottest;
    }
}
