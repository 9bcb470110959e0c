using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>A policy that gives every node a score that depends on that node alone, so that a tournament keeps the best.</summary>
internal abstract class ScorePolicy : IPlacementPolicy
{
    // One delegate for the policy's life: a placement allocates nothing.
    private readonly Func<ClusterState, PlacementRequest, INodeScore> scoring;

    protected ScorePolicy() => scoring = Scoring;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>Filters of the policy's own, asked after those that always hold.</summary>
    public virtual IReadOnlyList<INodeFilter> Filters => [];

    /// <summary>The scores of a cluster's nodes for a request.</summary>
    public abstract INodeScore Scoring(ClusterState cluster, PlacementRequest request);

    /// <summary>A score as points from 0 to 100, so that it can be weighed against others.</summary>
    public virtual double Points(long score) => Math.Clamp(score, 0, 100);

    /// <summary>The device for a share on a chosen node; the tightest unless the policy knows better.</summary>
    public virtual int PickShare(ClusterState cluster, int slot, PlacementRequest request, ModelFilter models) =>
        cluster.PickTightest(slot, request, models);

    /// <summary>Whether the policy has a say in which device a share takes.</summary>
    public virtual bool PicksDevices => false;

    /// <inheritdoc/>
    public Choice? Choose(ClusterState cluster, PlacementRequest request, NodeRange range, ulong draw)
    {
        var tree = cluster.TreeFor(this, request, scoring);
        var (slot, score) = tree.Best(range);
        return slot < 0 ? null : new(slot, Pick(cluster, slot, request, tree.Models), score);
    }

    private IReadOnlyList<int> Pick(ClusterState cluster, int slot, PlacementRequest request, ModelFilter models) => request switch
    {
        { Devices: 0 } => [],
        { MilliPerDevice: >= 1000 } => cluster.PickWhole(slot, request, models),
        _ => DeviceSets.Of(PickShare(cluster, slot, request, models)),
    };
}
