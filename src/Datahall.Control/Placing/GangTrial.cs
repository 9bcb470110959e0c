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
    private readonly Dictionary<TaskTemplate, PlacementRequest> requests = new(ReferenceEqualityComparer.Instance);

    private ClusterState Cluster => state.Indexes.Cluster;

    private QueueLedger Queues => state.Indexes.Queues;

    /// <summary>What a task asks for; the same template asks once.</summary>
    public PlacementRequest RequestOf(TaskResource task)
    {
        if (!requests.TryGetValue(task.Spec.Template, out var request))
        {
            if (requests.Count > 4096)
            {
                requests.Clear();
            }

            requests[task.Spec.Template] = request = PlacementRequest.Of(task.Spec.Template);
        }

        return request;
    }

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
            Cluster.Take(Holding.Of(gang.Members[i].Spec.Template, placement));
            placements.Add(placement);
        }

        for (var i = 0; i < placements.Count; i++)
        {
            Cluster.Give(Holding.Of(gang.Members[i].Spec.Template, placements[i]));
        }

        return placements.Count == places.Count ? placements : null;
    }

    private bool Fits(TaskResource task, ProposedPlace place) =>
        Cluster.SlotOf(place.Node) is var slot and >= 0 && Cluster.CanTake(slot, Allowed(task, RequestOf(task)), place.Devices);

    /// <summary>What the tasks of a trial would hold, but for the ports, of which there are always more.</summary>
    public static IReadOnlyList<Holding> Holdings(IReadOnlyList<TaskResource> members, IReadOnlyList<Placement> placements) =>
        [.. members.Select((member, i) => Holding.Of(member.Spec.Template, placements[i]) with { Port = 0 })];

    private Trial Place(Gang gang, IReadOnlyList<TaskResource> members)
    {
        var placements = new List<Placement>(members.Count);
        Refusal? refusal = null;
        for (var i = 0; i < members.Count && refusal is null; i++)
        {
            if (Choose(members[i]) is not { } placement)
            {
                refusal = new(Cluster, RequestOf(members[i]));
                break;
            }

            Cluster.Take(Holding.Of(members[i].Spec.Template, placement)); // So that the next member sees what is left.
            placements.Add(placement);
        }

        for (var i = 0; i < placements.Count; i++)
        {
            Cluster.Give(Holding.Of(members[i].Spec.Template, placements[i]));
        }

        return refusal is null
            ? new(placements, default, null)
            : Trial.Refused(BlockKind.Room, members.Count == 1 ? refusal.ToString() : GangText(gang, members[placements.Count], placements.Count, refusal));
    }

    private static string GangText(Gang gang, TaskResource member, int placed, Refusal reason) =>
        $"its gang of {gang.Members.Count} starts together and {placed} would fit; for {member.Name} {reason}";

    private ulong Draw(TaskResource task) => SplitMix.Of(seed + (ulong)task.Status.Attempt, task.Name);

    private Placement? Choose(TaskResource task) =>
        settings.PolicyOf(task.Spec.Profile).Choose(Cluster, Allowed(task, RequestOf(task)), Draw(task)) is { } choice ? Placed(task, choice) : null;

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
