using Datahall.Model;
using Datahall.Monitoring.Series;

namespace Datahall.Server.Metrics;

/// <summary>The labels of nodes and of their accelerators, made once and shared by all their series. For one caller at a time.</summary>
internal sealed class NodeLabels
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The labels of a node, and of each of its accelerators by index.</summary>
    /// <param name="node">The node.</param>
    /// <param name="onlySite">The site of nodes that name none; null: unknown.</param>
    /// <param name="devices">How many accelerators it has.</param>
    public (SeriesLabels Node, SeriesLabels[] Devices) Of(Node node, string? onlySite, int devices)
    {
        var at = node.Spec.Location;
        var place = at is null ? default : (at.Site ?? onlySite ?? "", at.Hall, at.Rack);
        if (!entries.TryGetValue(node.Name, out var entry) || entry.Place != place || entry.Devices.Length != devices)
        {
            var (site, hall, rack) = place;
            var labels = SeriesLabels.Of(("node", node.Name), ("site", site ?? ""), ("hall", hall ?? ""), ("rack", rack ?? ""));
            entries[node.Name] = entry = new(place, labels, [.. Enumerable.Range(0, devices).Select(gpu => SeriesLabels.Of(labels.Append(new("gpu", $"{gpu}"))))]);
        }

        return (entry.Labels, entry.Devices);
    }

    /// <summary>Forgets nodes that are gone.</summary>
    public void Keep(IReadOnlyCollection<string> nodes)
    {
        if (entries.Count > nodes.Count)
        {
            var here = nodes.ToHashSet(StringComparer.Ordinal);
            foreach (var gone in entries.Keys.Where(name => !here.Contains(name)).ToList())
            {
                entries.Remove(gone);
            }
        }
    }

    private sealed record Entry((string? Site, string? Hall, string? Rack) Place, SeriesLabels Labels, SeriesLabels[] Devices);
}
