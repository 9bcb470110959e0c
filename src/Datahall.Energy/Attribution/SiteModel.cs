using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Prices;
using Datahall.Energy.Supply;
using Datahall.Model;
using Datahall.Model.Catalogue;

namespace Datahall.Energy.Attribution;

/// <summary>A server in a rack.</summary>
/// <param name="Hall">The hall.</param>
/// <param name="Rack">The rack.</param>
/// <param name="Server">What it is.</param>
public readonly record struct PlacedServer(string Hall, string Rack, NodeServer Server);

/// <summary>A site's physics under the servers that really run: what the site draws on top of them, and what one more watt costs.</summary>
/// <remarks>
/// Servers of one type in one rack count as alike, with their mean power. The supply stands at <c>cooling.supplyCelsius</c>, or follows the hottest inlet where
/// <c>cooling.supply</c> says so, and the inlets are settled: what changes within minutes is evened out. For one caller at a time.
/// </remarks>
public sealed class SiteModel
{
    // The bounds of scenarios' policies, where they say nothing else.
    private const double Coldest = 15;
    private const double Warmest = 27;
    private const double MarginKelvin = 2;

    // About what a busy accelerator draws: work is placed in such steps.
    private const double StepWatts = 500;

    private readonly FacilityModel facility;
    private readonly FacilityState state;
    private readonly SupplyRule rule;
    private readonly SupplyBounds bounds;
    private readonly int[] blockOf;
    private readonly Climate climate;

    private SiteModel(FacilityModel facility, int[] blockOf, SiteSpec site)
    {
        (this.facility, this.blockOf, climate) = (facility, blockOf, ClimateCatalogue.Of(site));
        var cooling = PlantCatalogue.CoolingOf(site);
        rule = cooling.Supply is SupplyControl.HottestInlet ? SupplyRule.HottestInlet : SupplyRule.Fixed;
        bounds = new(Math.Min(Coldest, cooling.SupplyCelsius!.Value), Math.Max(Warmest, cooling.SupplyCelsius.Value), cooling.SupplyCelsius.Value, MarginKelvin);
        state = facility.NewState(bounds.Safe);
    }

    /// <summary>The site as it was last settled; null before.</summary>
    public OperatingPoint? Point { get; private set; }

    /// <summary>The block of each server in <see cref="Point"/>. Shape [servers].</summary>
    public IReadOnlyList<int> BlockOf => blockOf;

    /// <summary>Makes it.</summary>
    /// <param name="site">A site that validation took.</param>
    /// <param name="servers">The servers that run, at least one; halls and racks are the site's.</param>
    /// <exception cref="ArgumentException">The site has no cooling, or a server stands in no rack of it; the message says what to add.</exception>
    public static SiteModel Of(SiteSpec site, IReadOnlyList<PlacedServer> servers)
    {
        var inRack = servers.ToLookup(static server => (server.Hall, server.Rack));
        var own = servers.Select(static server => server.Server.Spec).DistinctBy(static spec => spec.Name).ToList();
        var facility = SiteFacility.Of(
            site with { Servers = own },
            (hall, rack) => [.. inRack[(hall.Name, rack.Name)].GroupBy(static server => server.Server.Spec.Name, StringComparer.Ordinal).Select(static group => new RackServers { Model = group.Key, Count = group.Count() })]);
        var blocks = facility.Blocks.Select(static (block, i) => (Key: (block.Hall, block.Rack, block.Type.Name), i)).ToDictionary(static block => block.Key, static block => block.i);
        var blockOf = new int[servers.Count];
        for (var k = 0; k < blockOf.Length; k++)
        {
            var server = servers[k];
            blockOf[k] = blocks.TryGetValue((server.Hall, server.Rack, server.Server.Spec.Name), out var block)
                ? block
                : throw new ArgumentException($"the site has no rack {server.Hall}/{server.Rack}");
        }

        return new(facility, blockOf, site);
    }

    /// <summary>The inlet of a server when it was last settled, in °C, by the model.</summary>
    /// <param name="server">Its index.</param>
    public double Inlet(int server) => Point is { } point ? point.Inlets[facility.Blocks[blockOf[server]].RackIndex] : bounds.Safe;

    /// <summary>The air outside by the site's climate.</summary>
    /// <param name="hour">The hour of the year, from 0, by the site's clock.</param>
    public OutdoorAir Outdoor(double hour) => ClimateWave.At(climate, hour);

    /// <summary>What the site draws while its servers draw this.</summary>
    /// <param name="servers">What each draws. Shape [servers].</param>
    /// <param name="outdoor">The air outside.</param>
    /// <returns>The servers' own sums, and what the model says of all else.</returns>
    /// <exception cref="InvalidOperationException">The inlets do not settle.</exception>
    public FacilityPower Settle(IReadOnlyList<NodePower> servers, OutdoorAir outdoor)
    {
        state.Compute.AsSpan().Clear();
        var (boards, fans, loss) = (0.0, 0.0, 0.0);
        for (var k = 0; k < blockOf.Length; k++)
        {
            var power = servers[k];
            state.Compute[blockOf[k]] += power.Boards / facility.Blocks[blockOf[k]].Count;
            (boards, fans, loss) = (boards + power.Boards, fans + power.Fans, loss + power.SupplyLoss);
        }

        Point = new(facility, state, outdoor, rule, bounds);
        return Point.Power with { Compute = boards, ServerFans = fans, SupplyLoss = loss };
    }

    /// <summary>What one more watt of each server costs the whole site, in watts per watt, as last settled.</summary>
    /// <returns>Shape [servers].</returns>
    /// <exception cref="InvalidOperationException">Nothing was settled yet.</exception>
    public double[] Prices()
    {
        var prices = new double[facility.Blocks.Count];
        (Point ?? throw new InvalidOperationException("nothing was settled yet")).Prices(StepWatts, prices);
        return [.. blockOf.Select(block => prices[block])];
    }
}
