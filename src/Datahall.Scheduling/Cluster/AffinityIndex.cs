using Datahall.Model;

namespace Datahall.Scheduling.Cluster;

/// <summary>How many tasks that match a rule's labels each node and each rack holds; only for rules that somebody asked about.</summary>
internal sealed class AffinityIndex
{
    private const int MostRules = 256;
    private const int RackLevel = 3;

    private readonly Dictionary<string, Watch> watches = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Node> nodes = [];

    /// <summary>Whether a change on one node may change what others in its rack answer.</summary>
    public bool ReachesRacks { get; private set; }

    /// <summary>One text for a rule's labels.</summary>
    public static string TextOf(IReadOnlyDictionary<string, string> labels) =>
        string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary>How many matching tasks are within the rule's scope of a node.</summary>
    public int Count(AffinityRule rule, string text, int slot, NodeOffer offer)
    {
        if (!watches.TryGetValue(text, out var watch))
        {
            watch = Begin(rule, text);
        }

        ReachesRacks |= rule.Scope is AffinityScope.Rack;
        return rule.Scope is AffinityScope.Node || NodeTopology.Domain(offer.Topology, RackLevel) is not { } rack
            ? watch.BySlot.GetValueOrDefault(slot)
            : watch.ByRack.GetValueOrDefault(rack);
    }

    /// <summary>Takes up a task that came to a node or left it.</summary>
    /// <param name="slot">The node's slot.</param>
    /// <param name="offer">The node.</param>
    /// <param name="labels">The task's labels.</param>
    /// <param name="sign">+1 when it came, -1 when it left.</param>
    public void Change(int slot, NodeOffer offer, IReadOnlyDictionary<string, string> labels, int sign)
    {
        if (!nodes.TryGetValue(slot, out var node))
        {
            nodes[slot] = node = new(NodeTopology.Domain(offer.Topology, RackLevel), []);
        }

        if (sign > 0)
        {
            node.Tasks.Add(labels);
        }
        else
        {
            var index = node.Tasks.FindIndex(l => ReferenceEquals(l, labels) || (l.Count == labels.Count && Matches(labels, l)));
            if (index < 0)
            {
                return; // It came before anybody counted.
            }

            node.Tasks.RemoveAt(index);
        }

        foreach (var watch in watches.Values)
        {
            watch.Change(slot, node.Rack, labels, sign);
        }
    }

    /// <summary>A node came, went or moved to another rack: what it holds counts where it is now.</summary>
    /// <param name="slot">The node's slot.</param>
    /// <param name="offer">The node; null when it is gone.</param>
    public void Move(int slot, NodeOffer? offer)
    {
        if (!nodes.Remove(slot, out var node))
        {
            return;
        }

        foreach (var labels in node.Tasks)
        {
            foreach (var watch in watches.Values)
            {
                watch.Change(slot, node.Rack, labels, -1);
            }
        }

        if (offer is not null)
        {
            foreach (var labels in node.Tasks)
            {
                Change(slot, offer, labels, +1);
            }
        }
    }

    private static bool Matches(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> labels) =>
        wanted.All(w => labels.TryGetValue(w.Key, out var value) && value == w.Value);

    private Watch Begin(AffinityRule rule, string text)
    {
        if (watches.Count >= MostRules)
        {
            watches.Clear();
        }

        var watch = watches[text] = new(rule.Labels);
        foreach (var (slot, node) in nodes)
        {
            foreach (var labels in node.Tasks)
            {
                watch.Change(slot, node.Rack, labels, +1);
            }
        }

        return watch;
    }

    private sealed record Node(string? Rack, List<IReadOnlyDictionary<string, string>> Tasks);

    private sealed class Watch(IReadOnlyDictionary<string, string> wanted)
    {
        public Dictionary<int, int> BySlot { get; } = [];

        public Dictionary<string, int> ByRack { get; } = new(StringComparer.Ordinal);

        public void Change(int slot, string? rack, IReadOnlyDictionary<string, string> labels, int sign)
        {
            if (!Matches(wanted, labels))
            {
                return;
            }

            BySlot[slot] = BySlot.GetValueOrDefault(slot) + sign;
            if (rack is not null)
            {
                ByRack[rack] = ByRack.GetValueOrDefault(rack) + sign;
            }
        }
    }
}
