using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Prices;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>What one more watt of a server costs the whole facility, between the rack where it costs least and the one where it costs most, in watts per watt.</summary>
/// <param name="Lowest">The least.</param>
/// <param name="LowestRack">Where, as <c>hall/rack</c>; the first of equals.</param>
/// <param name="Highest">The most.</param>
/// <param name="HighestRack">Where.</param>
/// <param name="Mean">The mean over all servers.</param>
public sealed record PriceRange(double Lowest, string LowestRack, double Highest, string HighestRack, double Mean)
{
    /// <summary>The facility under its present load, at rest under a policy.</summary>
    /// <param name="facility">The facility.</param>
    /// <param name="state">Its state; the boards' power is taken from it.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    /// <param name="outdoor">The air outside.</param>
    /// <param name="policy">How the supply is chosen: whether more heat at the hottest inlet makes it colder.</param>
    internal static OperatingPoint PointOf(FacilityModel facility, FacilityState state, double supplyCelsius, OutdoorAir outdoor, ScenarioPolicy policy) => new(
        facility,
        state,
        outdoor,
        policy.Supply is SupplyControl.HottestInlet ? SupplyRule.HottestInlet : SupplyRule.Fixed,
        new(policy.LowestCelsius, policy.HighestCelsius, supplyCelsius, policy.MarginKelvin));

    /// <summary>The prices at a point.</summary>
    internal static PriceRange Of(FacilityModel facility, OperatingPoint point)
    {
        var prices = new double[facility.Blocks.Count];
        point.Prices(0, prices);
        var (lowest, highest, sum, servers) = (0, 0, 0.0, 0);
        for (var i = 0; i < prices.Length; i++)
        {
            lowest = prices[i] < prices[lowest] ? i : lowest;
            highest = prices[i] > prices[highest] ? i : highest;
            (sum, servers) = (sum + (prices[i] * facility.Blocks[i].Count), servers + facility.Blocks[i].Count);
        }

        return new(prices[lowest], Rack(lowest), prices[highest], Rack(highest), sum / servers);

        string Rack(int block) => $"{facility.Blocks[block].Hall}/{facility.Blocks[block].Rack}";
    }
}
