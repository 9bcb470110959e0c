using Datahall.Model;

namespace Datahall.Scheduling.Cluster;

/// <summary>Where a node stands among the others, as a path of domains from the site to the NVLink domain.</summary>
public static class NodeTopology
{
    /// <summary>The node label that names the leaf switch.</summary>
    public const string LeafLabel = "datahall/leaf";

    /// <summary>The node label that names the NVLink domain.</summary>
    public const string NvlinkLabel = "datahall/nvlink-domain";

    /// <summary>The level of a node by itself, in terms of affinity.</summary>
    public const string NodeLevel = "node";

    private const string OnlySite = "default";

    /// <summary>The levels, widest first: <c>site</c>, <c>hall</c>, <c>leaf</c>, <c>rack</c>, <c>nvlink-domain</c>.</summary>
    public static IReadOnlyList<string> Levels { get; } = ["site", "hall", "leaf", "rack", "nvlink-domain"];

    /// <summary>The path of a node with this location and these labels; empty when nothing is known.</summary>
    public static IReadOnlyList<string> Of(NodeLocation? location, IReadOnlyDictionary<string, string> labels)
    {
        var leaf = labels.GetValueOrDefault(LeafLabel, "");
        var nvlink = labels.GetValueOrDefault(NvlinkLabel, "");
        return location is null && leaf.Length == 0 && nvlink.Length == 0
            ? []
            : [location is null ? "" : location.Site ?? OnlySite, location?.Hall ?? "", leaf, location?.Rack ?? "", nvlink];
    }

    /// <summary>The order of nodes: by path, so that each domain is one run of neighbours, then by name.</summary>
    internal static int Compare(NodeOffer a, NodeOffer b)
    {
        var shared = Math.Min(a.Topology.Count, b.Topology.Count);
        for (var level = 0; level < shared; level++)
        {
            var order = string.CompareOrdinal(a.Topology[level], b.Topology[level]);
            if (order != 0)
            {
                return order;
            }
        }

        return a.Topology.Count != b.Topology.Count
            ? a.Topology.Count.CompareTo(b.Topology.Count)
            : string.CompareOrdinal(a.Name, b.Name);
    }

    /// <summary>One text for the domain that holds the path at a level, or null where none is known.</summary>
    internal static string? Domain(IReadOnlyList<string> path, int level) =>
        level < path.Count && path[level].Length > 0 ? string.Join('/', path.Take(level + 1)) : null;
}
