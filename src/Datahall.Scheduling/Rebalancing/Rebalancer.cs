using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Rebalancing;

/// <summary>Proposes moves of tasks that join free room together.</summary>
/// <remarks>
/// The measure is the one that the policy places by: expected worth (foresight) or expected fragmentation (FGD). The best move of all is taken, then the best after
/// it, as long as one wins more than it costs; each is feasible once those before it are done, and none makes the measure worse. The cluster is as before when the
/// call returns. Ties go to the smaller task name. O(movable tasks + kinds of requests × log nodes) for each move.
/// </remarks>
public sealed class Rebalancer
{
    // Below this a move changes nothing that anybody would notice; prices are not exact to it.
    private const double LeastGainMilli = 3;

    private readonly PotentialPolicy policy;

    /// <summary>Measures by a policy.</summary>
    /// <param name="policy">The installation's policy, or the first of its scores that has a measure of free room; where it has none, foresight.</param>
    public Rebalancer(string policy)
    {
        var profile = PlacementProfile.Parse(policy);
        this.policy = profile.Scores.Select(s => PlacementPolicies.Single(s.Policy)).OfType<PotentialPolicy>().FirstOrDefault()
            ?? (PotentialPolicy)PlacementPolicies.Single("foresight");
    }

    /// <summary>Finds moves.</summary>
    /// <param name="cluster">What is free.</param>
    /// <param name="movable">The tasks that may be moved; each once.</param>
    /// <param name="moves">The most moves.</param>
    public IReadOnlyList<Move> Propose(ClusterState cluster, IReadOnlyList<MovableTask> movable, int moves)
    {
        var potential = policy.PotentialOf(cluster);
        potential.Refresh(cluster);
        var unit = potential is ExpectedFragmentation fragmentation ? 1 / fragmentation.Milli(1) : ExpectedWorth.PerMilli;
        var done = new List<(Move Move, MovableTask Task, int From, int To)>();
        var moved = new HashSet<string>(StringComparer.Ordinal);
        while (done.Count < moves && Best(cluster, potential, unit, movable, moved) is { } best)
        {
            cluster.GiveBack(best.From, best.Task.Request, best.Task.Holding.Devices);
            cluster.Try(best.To, best.Task.Request, best.Move.Devices);
            moved.Add(best.Task.Task);
            done.Add(best);
        }

        for (var i = done.Count - 1; i >= 0; i--)
        {
            cluster.GiveBack(done[i].To, done[i].Task.Request, done[i].Move.Devices);
            cluster.Try(done[i].From, done[i].Task.Request, done[i].Task.Holding.Devices);
        }

        return [.. done.Select(d => d.Move)];
    }

    private (Move Move, MovableTask Task, int From, int To)? Best(
        ClusterState cluster, NodePotential potential, double unit, IReadOnlyList<MovableTask> movable, HashSet<string> moved)
    {
        (double Net, MovableTask Task, int From, Choice To, double Gain)? best = null;
        var targets = new Dictionary<PlacementRequest, (Choice Choice, double Loss)?>();
        foreach (var task in movable)
        {
            var from = cluster.SlotOf(task.Holding.Node);
            if (from < 0 || moved.Contains(task.Task) || !IsWhere(cluster, from, task) || Target(cluster, potential, unit, targets, task) is not { } target
                || target.Choice.Slot == from)
            {
                continue;
            }

            var won = (potential.Without(cluster, from, task.Request, task.Holding.Devices) - potential.At(cluster, from)) / unit;
            var (gain, net) = (won - target.Loss, won - target.Loss - task.Cost);
            if (net >= LeastGainMilli && (best is null || net > best.Value.Net || (net == best.Value.Net && string.CompareOrdinal(task.Task, best.Value.Task.Task) < 0)))
            {
                best = (net, task, from, target.Choice, gain);
            }
        }

        return best is { } b
            ? (new Move(b.Task.Task, b.Task.Holding.Node, cluster.Offer(b.To.Slot).Name, b.To.Devices, b.Gain), b.Task, b.From, b.To.Slot)
            : null;
    }

    // Where a task of this kind costs least now, its own place left out of account; the same for all tasks of the kind.
    private (Choice Choice, double Loss)? Target(
        ClusterState cluster, NodePotential potential, double unit, Dictionary<PlacementRequest, (Choice Choice, double Loss)?> targets, MovableTask task)
    {
        if (!targets.TryGetValue(task.Request, out var target))
        {
            if (policy.Choose(cluster, task.Request, NodeRange.All, 0) is { } choice)
            {
                var after = task.Request is { Devices: > 0, MilliPerDevice: < 1000 }
                    ? potential.AfterShare(cluster, choice.Slot, task.Request, choice.Devices[0])
                    : potential.AfterWhole(cluster, choice.Slot, task.Request, cluster.ModelsFor(task.Request));
                target = (choice, (potential.At(cluster, choice.Slot) - after) / unit);
            }

            targets[task.Request] = target;
        }

        return target;
    }

    // A device that went away, or a node that shrank, holds nothing that could be given back.
    private static bool IsWhere(ClusterState cluster, int slot, MovableTask task)
    {
        var free = cluster.DevicesFree(slot);
        for (var i = 0; i < task.Holding.Devices.Count; i++)
        {
            var device = task.Holding.Devices[i];
            if (device >= free.Length || free[device] < 0 || free[device] + task.Request.MilliPerDevice > 1000)
            {
                return false;
            }
        }

        return true;
    }
}
