using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Where nodes stand and what feeds them, as causes: read once, looked up often. O(resources) to make.</summary>
internal sealed class Topology
{
    private readonly Dictionary<string, Site> sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> feedOfRack = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> rackOfNode = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<string>> nodesOfRack = new(StringComparer.Ordinal);

    public Topology(CoreState state)
    {
        var nodes = new List<Node>();
        foreach (var resource in state.All)
        {
            if (resource is Site site)
            {
                sites[site.Name] = site;
            }
            else if (resource is Node { Spec.Location: not null } node)
            {
                nodes.Add(node);
            }
        }

        foreach (var node in nodes.OrderBy(static node => node.Name, StringComparer.Ordinal))
        {
            AddNode(node.Name, node.Spec.Location!);
        }

        foreach (var site in sites.Values)
        {
            AddFeeds(site);
        }
    }

    /// <summary>The nodes of each rack, by the rack's cause.</summary>
    public IEnumerable<(string Rack, IReadOnlyList<string> Nodes)> Racks => nodesOfRack.Select(static rack => (rack.Key, (IReadOnlyList<string>)rack.Value));

    /// <summary>The nodes of a rack, by the rack's cause.</summary>
    public IReadOnlyList<string> NodesOf(string rack) => nodesOfRack.TryGetValue(rack, out var nodes) ? nodes : [];

    /// <summary>What a cause is a part of; null when that is not known.</summary>
    public string? ParentOf(string cause) => cause.Split('/') switch
    {
        ["node", _] => rackOfNode.GetValueOrDefault(cause),
        ["rack", var site, _, _] => feedOfRack.GetValueOrDefault(cause) ?? $"site/{site}",
        ["feed", var site, var feed] => sites.GetValueOrDefault(site)?.Spec.Feeds.FirstOrDefault(f => f.Name == feed)?.Parent is { } parent ? $"feed/{site}/{parent}" : $"site/{site}",
        _ => null,
    };

    // A node may leave its site out when there is only one.
    private void AddNode(string node, NodeLocation at)
    {
        var site = at.Site ?? (sites.Count == 1 ? sites.Keys.First() : null);
        if (site is null)
        {
            return;
        }

        var rack = $"rack/{site}/{at.Hall}/{at.Rack}";
        rackOfNode[$"node/{node}"] = rack;
        if (!nodesOfRack.TryGetValue(rack, out var nodes))
        {
            nodesOfRack[rack] = nodes = [];
        }

        nodes.Add(node);
    }

    private void AddFeeds(Site site)
    {
        foreach (var hall in site.Spec.Halls)
        {
            foreach (var rack in hall.AllRacks().Where(static rack => rack.Feed is not null))
            {
                feedOfRack[$"rack/{site.Name}/{hall.Name}/{rack.Name}"] = $"feed/{site.Name}/{rack.Feed}";
            }
        }
    }
}
