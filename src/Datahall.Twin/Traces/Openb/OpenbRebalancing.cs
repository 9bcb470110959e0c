using System.Globalization;
using Datahall.Scheduling;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;
using Datahall.Scheduling.Rebalancing;
using Datahall.Twin.Time;

namespace Datahall.Twin.Traces.Openb;

/// <summary>Replays the openb trace on the ledger of free room alone, with moves of placed pods between arrivals.</summary>
/// <remarks>The same pods, names and draws as <see cref="OpenbReplay"/>; moves take no time. A move that is not made is saved for later.</remarks>
public static class OpenbRebalancing
{
    // A search for moves that finds none costs as much as one that does: look only this often.
    private const int MostAtOnce = 4;

    /// <summary>Replays once.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="policy">The placement policy; its measure of free room also chooses the moves.</param>
    /// <param name="tune">What arrives in the end, as a multiple of the capacity.</param>
    /// <param name="seed">Decides the order of pods and nodes, and what a random policy draws.</param>
    /// <param name="arrivalsPerMove">One move is allowed for so many arrivals; 0: no moves.</param>
    /// <param name="progress">Told of the share of pods that have arrived, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the replay early.</param>
    /// <returns>The allocation at each whole percent of arrived demand.</returns>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static OpenbAllocation Run(
        OpenbTrace trace, string policy, double tune, ulong seed, int arrivalsPerMove, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var random = new SimRandom(seed);
        var arrivals = trace.Arrivals(tune, random);
        var hall = new Hall(trace, policy, seed, random);
        var allocation = new OpenbAllocation(trace.CapacityMilli);
        for (var i = 0; i < arrivals.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (arrivalsPerMove > 0 && i % arrivalsPerMove == 0)
            {
                allocation.Moves += hall.Rebalance(Math.Min(MostAtOnce, (i / arrivalsPerMove) - allocation.Moves));
            }

            allocation.Add(arrivals[i].GpuMilli, hall.Try(arrivals[i], i));
            if (i % 512 == 0)
            {
                progress?.Report((double)i / arrivals.Count);
            }
        }

        return allocation;
    }

    private sealed class Hall
    {
        private readonly ClusterState cluster = new();
        private readonly IPlacementPolicy policy;
        private readonly Rebalancer rebalancer;
        private readonly ulong seed;
        private readonly List<MovableTask> placed = [];
        private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);

        public Hall(OpenbTrace trace, string policy, ulong seed, SimRandom random)
        {
            (this.policy, rebalancer, this.seed) = (PlacementPolicies.Find(policy), new(policy), seed);
            cluster.Mix = trace.Mix();
            foreach (var (name, node) in trace.NamedNodes(random))
            {
                cluster.Put(new(name, node.Capacity(), OfferState.Open, new Dictionary<string, string>(), []));
            }
        }

        public bool Try(OpenbPod pod, int number)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"pod-{number}.pod.0");
            if (policy.Choose(cluster, pod.Request, SplitMix.Of(seed, name)) is not { } choice)
            {
                return false;
            }

            var holding = HoldingOf(pod.Request, cluster.Offer(choice.Slot).Name, choice.Devices);
            cluster.Take(holding);
            indexes[name] = placed.Count;
            placed.Add(new(name, pod.Request, holding, 0));
            return true;
        }

        public int Rebalance(int allowed)
        {
            var moves = allowed > 0 ? rebalancer.Propose(cluster, placed, allowed) : [];
            foreach (var move in moves)
            {
                var task = placed[indexes[move.Task]];
                var holding = HoldingOf(task.Request, move.To, move.Devices);
                cluster.Give(task.Holding);
                cluster.Take(holding);
                placed[indexes[move.Task]] = task with { Holding = holding };
            }

            return moves.Count;
        }

        private static Holding HoldingOf(PlacementRequest request, string node, IReadOnlyList<int> devices) =>
            new(node, request.CpuMilli, request.MemoryBytes, devices, request.Devices == 0 ? 0 : request.MilliPerDevice, 0);
    }
}
