using System.Globalization;
using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Placement;

/// <summary>Why no node can take a task: how many nodes are out for which reason.</summary>
/// <remarks>Written as operators read it: <c>0/12 nodes: 7 lack 2 free GPUs, 5 cordoned</c>.</remarks>
public sealed class Refusal
{
    private readonly int[] counts = new int[(int)Verdict.Memory + 1];
    private readonly PlacementRequest request;
    private readonly int nodes;

    /// <summary>Asks every node why not. O(nodes).</summary>
    public Refusal(ClusterState cluster, PlacementRequest request)
    {
        this.request = request;
        nodes = cluster.Count;
        var models = cluster.ModelIds(request);
        for (var slot = 0; slot < cluster.Slots; slot++)
        {
            if (cluster.Has(slot))
            {
                counts[(int)cluster.Check(slot, request, models)]++;
            }
        }
    }

    /// <summary>The reasons with their counts, most frequent first.</summary>
    public IReadOnlyList<string> Reasons =>
    [
        .. counts.Select((count, verdict) => (Count: count, Verdict: (Verdict)verdict))
            .Where(c => c.Count > 0 && c.Verdict is not Verdict.Fits)
            .OrderByDescending(c => c.Count).ThenBy(c => c.Verdict)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {Text(c.Verdict, c.Count)}")),
    ];

    /// <inheritdoc/>
    public override string ToString() => nodes == 0
        ? "there are no nodes yet"
        : string.Create(CultureInfo.InvariantCulture, $"{counts[0]}/{nodes} nodes: {string.Join(", ", Reasons)}");

    private string Text(Verdict verdict, int count) => verdict switch
    {
        Verdict.NotReady => "not ready",
        Verdict.Cordoned => "cordoned",
        Verdict.Draining => "draining",
        Verdict.Tainted => count == 1 ? "has a taint that is not tolerated" : "have taints that are not tolerated",
        Verdict.Selector => count == 1 ? "does not match the node selector" : "do not match the node selector",
        Verdict.GpuModel => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} a GPU of model {request.Models.Replace("|", " or ", StringComparison.Ordinal)}"),
        Verdict.Gpu => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {GpuText()}"),
        Verdict.Cpu => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {request.CpuMilli / 1000.0:0.###} free CPUs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Lack(count)} {new Model.Bytes(request.MemoryBytes)} free memory"),
    };

    private string GpuText() => request switch
    {
        { MilliPerDevice: < 1000 } => string.Create(CultureInfo.InvariantCulture, $"a GPU with {request.MilliPerDevice / 1000.0:0.###} free"),
        { Devices: 1 } => "1 free GPU",
        _ => string.Create(CultureInfo.InvariantCulture, $"{request.Devices} free GPUs"),
    };

    private static string Lack(int count) => count == 1 ? "lacks" : "lack";
}
