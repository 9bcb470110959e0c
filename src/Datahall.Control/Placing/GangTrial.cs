using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Finds places for tasks that start together, or says why there are none. Changes nothing.</summary>
internal sealed class GangTrial(CoreState state, SchedulingSettings settings, ulong seed)
{
    private readonly GangPlacer placer = new();

    private ClusterState Cluster => state.Indexes.Cluster;

    private QueueLedger Queues => state.Indexes.Queues;

    /// <summary>What a task asks for.</summary>
    public PlacementRequest RequestOf(TaskResource task) => state.Indexes.Requests.Of(task.Spec.Template);

    /// <summary>What tasks would take of their queue.</summary>
    public Charge[] ChargesOf(IReadOnlyList<TaskResource> members)
    {
        var charges = new Charge[members.Count];
        for (var i = 0; i < charges.Length; i++)
        {
            charges[i] = Charge.Of(RequestOf(members[i]));
        }

        return charges;
    }

    /// <summary>Tries within the limits of the queue.</summary>
    public Trial Run(Gang gang, IReadOnlyList<TaskResource> members)
    {
        var queue = members[0].Spec.Queue;
        return Queues.Refuse(queue, ChargesOf(members)) is { } limit ? Trial.Refused(BlockKind.Limit, limit.ToString()) : Place(gang, members);
    }

    /// <summary>Whether the gang would fit if the tasks of its first role were made from another template.</summary>
    public bool WouldFit(Gang gang, TaskTemplate template) =>
        Run(gang, [.. gang.Members.Select(m => m.Spec.Role == gang.First.Spec.Role ? m with { Spec = m.Spec with { Template = template } } : m)]).Placements is not null;

    /// <summary>Tries given places; null when they are not free, not suitable, or above the limits of the queue.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="places">A place for each member, by rank.</param>
    /// <param name="itself">Whether the gang still runs elsewhere, so that its queue counts it already.</param>
    public IReadOnlyList<Placement>? At(Gang gang, IReadOnlyList<ProposedPlace> places, bool itself = false)
    {
        if (!itself && Queues.Refuse(gang.Queue, ChargesOf(gang.Members)) is not null)
        {
            return null;
        }

        var placements = new List<Placement>(places.Count);
        for (var i = 0; i < places.Count && Fits(gang.Members[i], places[i]); i++)
        {
            var placement = Placed(gang.Members[i], new(Cluster.SlotOf(places[i].Node), places[i].Devices, 0));
            Cluster.Take(gang.Members[i].HoldingAt(placement));
            placements.Add(placement);
        }

        for (var i = 0; i < placements.Count; i++)
        {
            Cluster.Give(gang.Members[i].HoldingAt(placements[i]));
        }

        return placements.Count == places.Count ? placements : null;
    }

    private bool Fits(TaskResource task, ProposedPlace place) =>
        Cluster.SlotOf(place.Node) is var slot and >= 0 && Cluster.CanTake(slot, Allowed(task, RequestOf(task)), place.Devices);

    /// <summary>What the tasks of a trial would hold, but for the ports, of which there are always more.</summary>
    public static IReadOnlyList<Holding> Holdings(IReadOnlyList<TaskResource> members, IReadOnlyList<Placement> placements) =>
        [.. members.Select((member, i) => member.HoldingAt(placements[i]) with { Port = 0 })];

    private Trial Place(Gang gang, IReadOnlyList<TaskResource> members)
    {
        var requests = new PlacementRequest[members.Count];
        var draws = new ulong[members.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            (requests[i], draws[i]) = (Allowed(members[i], RequestOf(members[i])), Draw(members[i]));
        }

        var plan = placer.Place(Cluster, requests, settings.PolicyOf(members[0].Spec.Profile), draws);
        return plan.Refusal is { } refusal
            ? Trial.Refused(BlockKind.Room, members.Count == 1 ? refusal.Reason.ToString() : GangText(gang, members[Math.Min(refusal.Placed, members.Count - 1)], refusal))
            : new(Placed(members, plan.Members), default, null);
    }

    // One after the other, so that no two get the same port.
    private List<Placement> Placed(IReadOnlyList<TaskResource> members, IReadOnlyList<Choice> choices)
    {
        var placements = new List<Placement>(members.Count);
        for (var i = 0; i < members.Count; i++)
        {
            placements.Add(Placed(members[i], choices[i]));
            if (members.Count > 1)
            {
                Cluster.Take(members[i].HoldingAt(placements[i]));
            }
        }

        for (var i = 0; i < members.Count && members.Count > 1; i++)
        {
            Cluster.Give(members[i].HoldingAt(placements[i]));
        }

        return placements;
    }

    private static string GangText(Gang gang, TaskResource member, GangRefusal refusal) =>
        $"its gang of {gang.Members.Count} starts together and {refusal.Placed} would fit; for {member.Name} {refusal.Reason}";

    private ulong Draw(TaskResource task) => SplitMix.Of(seed + (ulong)task.Status.Attempt, task.Name);

    private Placement Placed(TaskResource task, Choice choice)
    {
        var (offer, request) = (Cluster.Offer(choice.Slot), RequestOf(task));
        return new()
        {
            Node = offer.Name,
            Address = state.Node(offer.Name)!.Status!.Address,
            Devices = choice.Devices,
            GpuModel = choice.Devices.Count == 0 ? null : offer.Capacity.Devices[choice.Devices[0]].Model,
            MilliPerDevice = request.Devices == 0 ? 0 : request.MilliPerDevice,
            Port = Cluster.FreePort(choice.Slot, Draw(task)),
            Score = choice.Score,
        };
    }

    // A queue may be at its limit for one model and not for another: then only the others will do.
    private PlacementRequest Allowed(TaskResource task, PlacementRequest request)
    {
        if (request.Devices == 0 || request.ModelList.Count == 1 || !Queues.LimitsModels(task.Spec.Queue))
        {
            return request;
        }

        var models = request.ModelList.Count > 0 ? request.ModelList : [.. state.Indexes.Capacity.GpuMilliByModel.Keys];
        var asked = (long)request.Devices * request.MilliPerDevice;
        return request.OfModels([.. models.Where(model => Queues.AllowsModel(task.Spec.Queue, model, asked))]);
    }
}

/// <summary>What a trial came to.</summary>
/// <param name="Placements">The places by member; null when there are none.</param>
/// <param name="Kind">What stands in the way, when there are none.</param>
/// <param name="Refusal">The same in words; null when there are places.</param>
internal readonly record struct Trial(IReadOnlyList<Placement>? Placements, BlockKind Kind, string? Refusal)
{
    public static Trial Refused(BlockKind kind, string refusal) => new(null, kind, refusal);
}

/// <summary>What stands in a gang's way.</summary>
internal enum BlockKind
{
    /// <summary>Too little room on the nodes.</summary>
    Room,

    /// <summary>A queue is at its limit.</summary>
    Limit,

    /// <summary>The room is kept for other work.</summary>
    Reserved,
}
