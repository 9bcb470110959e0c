using Datahall.Model;

namespace Datahall.Control.Energy;

/// <summary>What one more watt costs the whole facility, in watts per watt, node by node: the vector between the energy side and the scheduler.</summary>
public sealed record EnergyPriceList
{
    /// <summary>Makes an empty one: all nodes are equal.</summary>
    public EnergyPriceList()
    {
    }

    /// <summary>Makes it.</summary>
    /// <param name="nodes">See <see cref="Nodes"/>.</param>
    /// <param name="racks">See <see cref="Racks"/>.</param>
    public EnergyPriceList(IReadOnlyList<NodeEnergyPrice> nodes, IReadOnlyList<RackEnergyPrice> racks) => (Nodes, Racks) = (nodes, racks);

    /// <summary>No price is known: all nodes are equal.</summary>
    public static EnergyPriceList None { get; } = new();

    /// <summary>The nodes whose price is known, by name.</summary>
    public IReadOnlyList<NodeEnergyPrice> Nodes { get; init; } = [];

    /// <summary>The mean of each rack, by site, hall and rack: for nodes that are new there.</summary>
    public IReadOnlyList<RackEnergyPrice> Racks { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(EnergyPriceList? other) => ReferenceEquals(this, other) || (other is not null && Nodes.SequenceEqual(other.Nodes) && Racks.SequenceEqual(other.Racks));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Nodes.Count, Racks.Count);
}

/// <summary>The price of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Price">In watts per watt.</param>
public readonly record struct NodeEnergyPrice(string Node, double Price);

/// <summary>The price of a rack.</summary>
/// <param name="Site">The site.</param>
/// <param name="Hall">The hall.</param>
/// <param name="Rack">The rack.</param>
/// <param name="Price">In watts per watt.</param>
public readonly record struct RackEnergyPrice(string Site, string Hall, string Rack, double Price);

/// <summary>Finds the price of any node: its own, else the mean of its rack, its hall, its site, or of all that is known.</summary>
internal sealed class EnergyPriceIndex
{
    private readonly Dictionary<string, double> nodes;
    private readonly Dictionary<(string? Site, string Hall, string Rack), double> racks;
    private readonly Dictionary<(string? Site, string Hall), double> halls;
    private readonly double mean;

    public EnergyPriceIndex(EnergyPriceList list)
    {
        List = list;
        nodes = list.Nodes.ToDictionary(static node => node.Node, static node => node.Price, StringComparer.Ordinal);

        // A location may leave the site out when there is only one.
        var named = list.Racks.Select(static rack => (Site: (string?)rack.Site, rack.Hall, rack.Rack, rack.Price)).ToList();
        var all = list.Racks.Select(static rack => rack.Site).Distinct(StringComparer.Ordinal).Count() == 1 ? [.. named, .. named.Select(static rack => rack with { Site = null })] : named;
        racks = all.ToDictionary(static rack => (rack.Site, rack.Hall, rack.Rack), static rack => rack.Price);
        halls = all.GroupBy(static rack => (rack.Site, rack.Hall)).ToDictionary(static hall => hall.Key, static hall => hall.Average(static rack => rack.Price));
        mean = list.Nodes.Count > 0 ? list.Nodes.Average(static node => node.Price) : 0;
    }

    public EnergyPriceList List { get; }

    public double Of(Node node)
    {
        if (nodes.TryGetValue(node.Name, out var price))
        {
            return price;
        }

        return node.Spec.Location is not { } at ? mean
            : racks.TryGetValue((at.Site, at.Hall, at.Rack), out price) || halls.TryGetValue((at.Site, at.Hall), out price) ? price : mean;
    }
}
