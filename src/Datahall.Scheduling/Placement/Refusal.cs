using System.Globalization;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Placement;

/// <summary>Why no node can take a task: how many nodes are out for which reason.</summary>
/// <remarks>Written as operators read it: <c>0/12 nodes: 7 lack 2 free GPUs, 5 cordoned</c>.</remarks>
public sealed class Refusal
{
    private readonly SortedDictionary<int, Count> counts = [];
    private readonly PlacementRequest request;
    private readonly int nodes;

    /// <summary>Asks every node why not. O(nodes).</summary>
    /// <param name="cluster">What is free.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="policy">The policy, whose own filters are asked after those that always hold; null: none.</param>
    public Refusal(ClusterState cluster, PlacementRequest request, IPlacementPolicy? policy = null)
    {
        this.request = request;
        nodes = cluster.Count;
        var models = cluster.ModelsFor(request);
        var filters = policy is ScorePolicy scored ? scored.Filters : [];
        for (var slot = 0; slot < cluster.Slots; slot++)
        {
            if (cluster.Has(slot))
            {
                Add(cluster, slot, models, filters);
            }
        }
    }

    /// <summary>How many nodes each filter keeps out, by the filter's name; a node counts for the first that holds.</summary>
    public IReadOnlyDictionary<string, int> ByFilter => counts.Values.ToDictionary(c => c.Filter, c => c.Nodes, StringComparer.Ordinal);

    /// <summary>The reasons with their counts, most frequent first.</summary>
    public IReadOnlyList<string> Reasons =>
    [
        .. counts.OrderByDescending(c => c.Value.Nodes).ThenBy(c => c.Key)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value.Nodes} {c.Value.Text(c.Value.Nodes)}")),
    ];

    /// <inheritdoc/>
    public override string ToString() => nodes == 0
        ? "there are no nodes yet"
        : string.Create(CultureInfo.InvariantCulture, $"{nodes - counts.Values.Sum(c => c.Nodes)}/{nodes} nodes: {string.Join(", ", Reasons)}");

    private void Add(ClusterState cluster, int slot, ModelFilter models, IReadOnlyList<INodeFilter> filters)
    {
        var verdict = cluster.Check(slot, request, models);
        if (verdict is not Verdict.Fits)
        {
            Increment((int)verdict, NameOf(verdict), count => Text(verdict, count));
            return;
        }

        for (var i = 0; i < filters.Count; i++)
        {
            var filter = filters[i];
            if (!filter.Admits(cluster, slot, request))
            {
                Increment(100 + i, filter.Name, filter.Text);
                return;
            }
        }
    }

    private void Increment(int order, string filter, Func<int, string> text)
    {
        if (!counts.TryGetValue(order, out var count))
        {
            counts[order] = count = new(filter, text);
        }

        count.Nodes++;
    }

    private static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.NotReady => "ready",
        Verdict.Cordoned => "cordon",
        Verdict.Draining => "drain",
        Verdict.Asleep => "sleep",
        Verdict.Tainted => "taints",
        Verdict.Selector => "node-selector",
        Verdict.GpuModel => "gpu-model",
        Verdict.Gpu => "gpu",
        Verdict.Cpu => "cpu",
        Verdict.Memory => "memory",
        _ => "affinity",
    };

    private string Text(Verdict verdict, int count) => verdict switch
    {
        Verdict.NotReady => "not ready",
        Verdict.Cordoned => "cordoned",
        Verdict.Draining => "draining",
        Verdict.Asleep => "asleep",
        Verdict.Tainted => count == 1 ? "has a taint that is not tolerated" : "have taints that are not tolerated",
        Verdict.Selector => count == 1 ? "does not match the node selector" : "do not match the node selector",
        Verdict.GpuModel => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {ModelText()}"),
        Verdict.Gpu => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {GpuText()}"),
        Verdict.Cpu => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {request.CpuMilli / 1000.0:0.###} free {(request.CpuMilli == 1000 ? "CPU" : "CPUs")}"),
        Verdict.Memory => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {new Model.Bytes(request.MemoryBytes)} free memory"),
        _ => count == 1 ? "breaks an affinity rule" : "break an affinity rule",
    };

    private string ModelText() => (request.Models.Replace("|", " or ", StringComparison.Ordinal), request.Mig) switch
    {
        ("", null) => "a whole GPU",
        ("", var mig) => $"a MIG instance {mig}",
        (var models, null) => $"a GPU of model {models}",
        var (models, mig) => $"a MIG instance {mig} of model {models}",
    };

    private string GpuText() => request switch
    {
        { MilliPerDevice: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"a GPU with {request.MilliPerDevice / 1000.0:0.###} free"),
        { Devices: 1, Mig: null } => "1 free GPU",
        { Mig: { } mig } => string.Create(CultureInfo.InvariantCulture, $"{request.Devices} free MIG instance{(request.Devices == 1 ? "" : "s")} {mig}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{request.Devices} free GPUs"),
    };

    private static string Lack(int count) => count == 1 ? "lacks" : "lack";

    private sealed class Count(string filter, Func<int, string> text)
    {
        public string Filter => filter;

        public Func<int, string> Text => text;

        public int Nodes { get; set; }
    }
}
