using Datahall.Scheduling;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;
using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Batch;

/// <summary>A plan in the making, on a ledger of its own: nothing goes in that the ledger or a queue's limit refuses.</summary>
internal sealed class PlanDraft
{
    private readonly PlacementProblem problem;
    private readonly IReadOnlyList<GangGroup> groups;
    private readonly IPlacementPolicy policy;
    private readonly QueueAllowance allowance;
    private readonly GangPlacer placer = new();
    private readonly Dictionary<int, AdmittedGang> admitted = [];

    public PlanDraft(PlacementProblem problem, IReadOnlyList<GangGroup> groups, IPlacementPolicy policy)
    {
        (this.problem, this.groups, this.policy) = (problem, groups, policy);
        allowance = new(problem.Queues);
        Cluster = problem.ToCluster();
    }

    /// <summary>What is free once the draft is carried out.</summary>
    public ClusterState Cluster { get; }

    public bool Has(int gang) => admitted.ContainsKey(gang);

    /// <summary>The gangs that are in so far, by their place in the line.</summary>
    public IReadOnlyDictionary<int, AdmittedGang> Admitted => admitted;

    /// <summary>Admits a gang where the policy finds room for it; null, or why not.</summary>
    public string? TryAnywhere(int index)
    {
        var gang = problem.Waiting[index];
        var demand = QueueAllowance.DemandOf(gang);
        if (allowance.Refuse(gang.Line, demand) is { } limit)
        {
            return limit;
        }

        var requests = gang.Tasks.Select(t => t.Request).ToList();
        var plan = placer.Place(Cluster, requests, policy, [.. gang.Tasks.Select(t => SplitMix.Of(0, t.Name))]);
        if (plan.Refusal is { } refusal)
        {
            return gang.Tasks.Count == 1
                ? refusal.Reason.ToString()
                : $"its gang of {gang.Tasks.Count} starts together and {refusal.Placed} would fit; for {gang.Tasks[Math.Min(refusal.Placed, gang.Tasks.Count - 1)].Name} {refusal.Reason}";
        }

        var places = gang.Tasks.Select((t, i) => new PlannedTask(t.Name, Cluster.Offer(plan.Members[i].Slot).Name, plan.Members[i].Devices)).ToList();
        Take(index, places, demand);
        return null;
    }

    /// <summary>Admits a gang at given places, if all of them are free and its queues allow it.</summary>
    public bool TryAt(int index, IReadOnlyList<PlannedTask> places)
    {
        var gang = problem.Waiting[index];
        var demand = QueueAllowance.DemandOf(gang);
        if (allowance.Refuse(gang.Line, demand) is not null)
        {
            return false;
        }

        for (var i = 0; i < places.Count; i++)
        {
            if (!Cluster.CanTake(Cluster.SlotOf(places[i].Node), gang.Tasks[i].Request, places[i].Devices))
            {
                Return(gang, places, i);
                return false;
            }

            Cluster.Take(HoldingOf(gang.Tasks[i].Request, places[i].Node, places[i].Devices));
        }

        Return(gang, places, places.Count);
        Take(index, places, demand);
        return true;
    }

    /// <summary>Gives every gang that is still out its try in the order of the line, and closes the plan.</summary>
    public BatchPlan Finish()
    {
        var reasons = new Dictionary<GangGroup, string>();
        var refused = new List<RefusedGang>();
        foreach (var (gang, group) in groups.SelectMany(g => g.Gangs.Select(gang => (gang, g))).OrderBy(g => g.gang))
        {
            // What did not fit a moment ago does not fit now: room only shrinks.
            if (!Has(gang) && (reasons.TryGetValue(group, out var reason) || (reason = TryAnywhere(gang)) is not null))
            {
                reasons[group] = reason;
                refused.Add(new(problem.Waiting[gang].Id, reason));
            }
        }

        var demand = admitted.Keys.Aggregate(default(Amount), (sum, gang) => sum + QueueAllowance.DemandOf(problem.Waiting[gang]));
        return new([.. admitted.OrderBy(a => a.Key).Select(a => a.Value)], refused, demand, ScoreOf(demand));
    }

    public static Holding HoldingOf(PlacementRequest request, string node, IReadOnlyList<int> devices) =>
        new(node, request.CpuMilli, request.MemoryBytes, devices, request.Devices == 0 ? 0 : request.MilliPerDevice, 0);

    private void Take(int index, IReadOnlyList<PlannedTask> places, Amount demand)
    {
        var gang = problem.Waiting[index];
        for (var i = 0; i < places.Count; i++)
        {
            Cluster.Take(HoldingOf(gang.Tasks[i].Request, places[i].Node, places[i].Devices));
        }

        allowance.Take(gang.Line, demand);
        admitted[index] = new(gang.Id, places);
    }

    private void Return(WaitingGang gang, IReadOnlyList<PlannedTask> places, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Cluster.Give(HoldingOf(gang.Tasks[i].Request, places[i].Node, places[i].Devices));
        }
    }

    private PlanScore ScoreOf(Amount demand)
    {
        var taken = admitted.Values.SelectMany(a => a.Places).Select(p => p.Node).ToHashSet(StringComparer.Ordinal);
        return new(
            [.. admitted.Keys.GroupBy(gang => problem.Waiting[gang].Priority).OrderByDescending(g => g.Key).Select(g => (g.Key, g.Count()))],
            Cluster.LargestGpuMilli > 0 ? demand.GpuMilli : demand.CpuMilli,
            problem.Nodes.Count(n => n.Held.Count == 0 && !taken.Contains(n.Offer.Name)));
    }
}
