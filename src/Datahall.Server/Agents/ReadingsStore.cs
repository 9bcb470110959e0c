using System.Collections.Concurrent;
using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Server.Resources;

namespace Datahall.Server.Agents;

/// <summary>The latest readings of each node, in memory only: ten thousand nodes that report each second cost no disk write.</summary>
internal sealed class ReadingsStore(ResourceCache cache, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (NodeReadings Readings, long Arrived, DateTimeOffset ArrivedUtc)> latest = new(StringComparer.Ordinal);

    /// <summary>Takes a node's readings.</summary>
    /// <returns>False when there is no such node: nobody fills the memory with nodes that do not exist.</returns>
    public bool TryPut(NodeReadings readings)
    {
        if (cache.Find(new ResourceKey(ResourceKinds.Node, readings.Node)) is null)
        {
            latest.TryRemove(readings.Node, out _);
            return false;
        }

        latest[readings.Node] = (readings, time.GetTimestamp(), time.GetUtcNow());
        return true;
    }

    /// <summary>The latest readings of every node that exists, by name.</summary>
    public IReadOnlyList<NodeReadings> All()
    {
        foreach (var node in latest.Keys.Where(node => cache.Find(new ResourceKey(ResourceKinds.Node, node)) is null))
        {
            latest.TryRemove(node, out _);
        }

        return [.. latest.Values.Select(static entry => entry.Readings).OrderBy(readings => readings.Node, StringComparer.Ordinal)];
    }

    /// <summary>The latest readings of a node; null when it has sent none.</summary>
    public NodeReadings? Find(string node) => latest.TryGetValue(node, out var entry) ? entry.Readings : null;

    /// <summary>The latest readings that came within a time, by node; by the server's clock, whatever the agent's says.</summary>
    public Dictionary<string, NodeReadings> Fresh(TimeSpan age) => latest.Values.Where(entry => time.GetElapsedTime(entry.Arrived) <= age)
        .ToDictionary(static entry => entry.Readings.Node, static entry => entry.Readings, StringComparer.Ordinal);

    /// <summary>How far the clocks of nodes whose readings came within a time are ahead of the server's. The way of the message counts as behind.</summary>
    public Dictionary<string, TimeSpan> ClockSkews(TimeSpan age) => latest.Values.Where(entry => time.GetElapsedTime(entry.Arrived) <= age && entry.Readings.Time != default)
        .ToDictionary(static entry => entry.Readings.Node, static entry => entry.Readings.Time - entry.ArrivedUtc, StringComparer.Ordinal);
}
