using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Optimization.Batch;

/// <summary>Fills one node, on a ledger of that node alone: what fits and on which devices is the ledger's word.</summary>
internal sealed class NodeFiller(ClusterState node, IReadOnlyList<PlacementRequest> shapes)
{
    // On one node the policy has no choice of nodes; it puts a share on the tightest device and takes whole ones by index.
    private static readonly IPlacementPolicy Policy = PlacementPolicies.Find("best-fit");

    private readonly Stack<Holding> held = new();
    private readonly string name = Enumerable.Range(0, node.Slots).Select(slot => node.Offer(slot).Name).Single();

    /// <summary>Takes one more task; its devices, or null when it does not fit.</summary>
    public IReadOnlyList<int>? TryAdd(int shape)
    {
        if (Policy.Choose(node, shapes[shape], 0) is not { } choice)
        {
            return null;
        }

        var holding = PlanDraft.HoldingOf(shapes[shape], name, choice.Devices);
        node.Take(holding);
        held.Push(holding);
        return choice.Devices;
    }

    public bool Fits(int shape) => Policy.Choose(node, shapes[shape], 0) is not null;

    /// <summary>Takes the last task off again.</summary>
    public void RemoveLast() => node.Give(held.Pop());
}
