using System.Globalization;
using System.Text;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Optimization.Batch;

/// <summary>Nodes that answer every request of the batch alike.</summary>
/// <param name="Nodes">Their places in the problem's nodes, ascending.</param>
/// <param name="IsWhole">Whether nothing is held of them.</param>
/// <param name="Size">What one of them has: accelerators if it has some, else 1.</param>
internal sealed record NodeClass(IReadOnlyList<int> Nodes, bool IsWhole, int Size)
{
    /// <summary>Puts nodes that are alike together: the same free room on each device, the same taints, and the same of those labels that some request names.</summary>
    public static IReadOnlyList<NodeClass> Make(PlacementProblem problem, IReadOnlyList<PlacementRequest> shapes)
    {
        var labels = shapes.SelectMany(s => s.Selector.Split('|', StringSplitOptions.RemoveEmptyEntries)).Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var order = new List<List<int>>();
        for (var i = 0; i < problem.Nodes.Count; i++)
        {
            if (problem.Nodes[i].Offer.State is not OfferState.Open)
            {
                continue;
            }

            var key = KeyOf(problem.Nodes[i], labels);
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = [];
                order.Add(group);
            }

            group.Add(i);
        }

        return [.. order.Select(g => new NodeClass(g, problem.Nodes[g[0]].Held.Count == 0, Math.Max(1, problem.Nodes[g[0]].Offer.Capacity.Devices.Count)))];
    }

    /// <summary>A ledger of one node alone.</summary>
    public static ClusterState Alone(NodeRoom node)
    {
        var cluster = new ClusterState();
        cluster.Put(node.Offer);
        foreach (var holding in node.Held)
        {
            cluster.Take(holding);
        }

        return cluster;
    }

    private static string KeyOf(NodeRoom node, string[] labels)
    {
        var (cpu, memory) = (node.Offer.Capacity.Cpu.Milli, node.Offer.Capacity.Memory.Value);
        var free = new int[node.Offer.Capacity.Devices.Count];
        free.AsSpan().Fill(1000);
        foreach (var holding in node.Held)
        {
            cpu -= holding.CpuMilli;
            memory -= holding.MemoryBytes;
            foreach (var device in holding.Devices.Where(d => d < free.Length))
            {
                free[device] -= holding.MilliPerDevice;
            }
        }

        var devices = free.Select((milli, d) => (Milli: milli, node.Offer.Capacity.Devices[d].Model, node.Offer.Capacity.Devices[d].MigProfile))
            .GroupBy(d => d).OrderByDescending(g => g.Key.Milli).ThenBy(g => g.Key.Model, StringComparer.Ordinal).ThenBy(g => g.Key.MigProfile, StringComparer.Ordinal);
        var key = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{(node.Held.Count == 0 ? "whole" : "part")} {cpu} {memory}");
        foreach (var group in devices)
        {
            key.Append(CultureInfo.InvariantCulture, $" {group.Count()}x{group.Key.Milli}:{group.Key.Model}/{group.Key.MigProfile}");
        }

        foreach (var taint in node.Offer.Taints.Select(t => $" !{t.Key}={t.Value}").Order(StringComparer.Ordinal))
        {
            key.Append(taint);
        }

        foreach (var label in labels)
        {
            key.Append(CultureInfo.InvariantCulture, $" {label}={node.Offer.Labels.GetValueOrDefault(label, "-")}");
        }

        return key.ToString();
    }
}
