using Datahall.Energy.Cooling;
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
    /// <param name="prices">Receives W of the facility per W on the boards of one more server's worth in each block. Shape [blocks].</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public static void Compute(FacilityModel facility, FacilityState state, double supplyCelsius, OutdoorAir outdoor, SupplyRule rule, Span<double> prices)
    {
        if (prices.Length != facility.Blocks.Count)
        {
            throw new ArgumentException($"{prices.Length} prices for {facility.Blocks.Count} blocks of servers");
        }

        var plant = facility.Power(state, supplyCelsius, outdoor, 0).Plant;
        facility.Feeds.Slopes(state.Load, state.Grid, state.LossHeat);
        ByInlets(facility, state, plant);
        var heat = HeatPrices(facility, state, plant, rule is SupplyRule.HottestInlet ? Hottest(facility, state) : -1);
        for (var i = 0; i < prices.Length; i++)
        {
            var block = facility.Blocks[i];
            var (rack, liquid) = (block.RackIndex, block.Type.LiquidShare);
            var draw = block.Type.Draw(state.Compute[i], state.Inlet[rack], state.Fans);
            var byWall = state.Grid[rack] + (plant.ByAirHeat * (1 + state.LossHeat[rack]));
            prices[i] = (byWall * draw.WallByWatts) + ((plant.ByLiquidHeat - plant.ByAirHeat) * liquid)
                + (plant.ByFlow * draw.FlowByWatts) + (heat[rack] * (draw.WallByWatts - liquid));
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

    private static double[] HeatPrices(FacilityModel facility, FacilityState state, in PlantPower plant, int hottest)
    {
        var (z, y) = (state.HeatPrice, state.Settled);
        z.AsSpan().Clear();
        for (var round = 0; round < MostRounds; round++)
        {
            var warmer = plant.BySupply;
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

        return z;
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
            hottest = state.Inlet[i] - facility.InletLimits[i] > state.Inlet[hottest] - facility.InletLimits[hottest] ? i : hottest;
        }

        return hottest;
    }
}
