using Datahall.Control.Energy;

namespace Datahall.Server.Energy;

/// <summary>Makes the price vector of a look at the fleet.</summary>
internal static class PriceList
{
    // Differences below it move no placement; without it, every flicker of load would be a change of every node.
    private const int Digits = 3;

    /// <summary>The prices of the nodes that have one, and the mean of each of their racks.</summary>
    public static EnergyPriceList Of(FleetSample sample)
    {
        var priced = sample.Nodes.Where(static node => node.Price is not null).ToList();
        return new(
            [.. priced.Select(static node => new NodeEnergyPrice(node.Node.Name, Math.Round(node.Price!.Value, Digits)))],
            [
                .. priced.GroupBy(static node => (Site: node.Site.Name, node.Node.Spec.Location!.Hall, node.Node.Spec.Location.Rack))
                    .Select(static rack => new RackEnergyPrice(rack.Key.Site, rack.Key.Hall, rack.Key.Rack, Math.Round(rack.Average(static node => node.Price!.Value), Digits)))
                    .OrderBy(static rack => rack.Site, StringComparer.Ordinal).ThenBy(static rack => rack.Hall, StringComparer.Ordinal).ThenBy(static rack => rack.Rack, StringComparer.Ordinal),
            ]);
    }
}
