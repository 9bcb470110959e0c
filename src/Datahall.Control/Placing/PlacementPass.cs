using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Gives waiting gangs places, in their order, each whole or not at all.</summary>
internal sealed class PlacementPass(CoreState state, TaskLifecycle tasks, IPlacementPolicy policy, ulong seed)
{
    private readonly Dictionary<TaskTemplate, PlacementRequest> requests = new(ReferenceEqualityComparer.Instance);

    private ClusterState Cluster => state.Indexes.Cluster;

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

    /// <summary>Places what came in; and when room grew, whatever waits.</summary>
    public void Run()
    {
        var candidates = state.Agenda.RoomGrew ? state.Indexes.Gangs.Waiting : state.Indexes.Gangs.WaitingAmong(state.Agenda.FreshGangs);
        var refused = new Dictionary<(PlacementRequest, string Queue, int Size), string>();
        foreach (var gang in candidates.Where(g => g.NotBefore <= state.Now).ToList())
        {
            var first = RequestOf(gang.Members[0]);
            var shape = (first, gang.Members[0].Spec.Queue, gang.Members.Count);
            var alike = gang.Members.All(m => ReferenceEquals(m.Spec.Template, gang.Members[0].Spec.Template));
            if (alike && refused.TryGetValue(shape, out var known))
            {
                Refuse(gang, known); // What did not fit a moment ago does not fit now: room only shrinks in a pass.
                continue;
            }

            if (TryPlace(gang, gang.Members) is { } refusal)
            {
                Refuse(gang, refusal);
                if (alike)
                {
                    refused[shape] = refusal;
                }
            }
        }

        state.Agenda.RoomGrew = false;
        state.Agenda.FreshGangs.Clear();
    }

    /// <summary>
    /// Places the lost members of gangs whose other members run on; those start afresh where they are, so that the gang has one new attempt in this
    /// very step. Where there is no room for that, the whole gang stops and waits. Members that had succeeded start again too: a gang has one world.
    /// </summary>
    public void Mend()
    {
        foreach (var id in state.Agenda.BrokenGangs.ToList())
        {
            if (state.Indexes.Gangs.Find(id) is not { IsBroken: true } gang || gang.Members.Any(m => m.Status.Phase is TaskPhase.Failed or TaskPhase.Lost))
            {
                continue; // Whole again, or its job is failing.
            }

            foreach (var member in gang.Members.Where(m => m.Status.Phase is TaskPhase.Succeeded).ToList())
            {
                tasks.Requeue(member, new("GangBroken", "a member of its gang was lost", member.Status.Failures));
            }

            var staying = gang.Members.Where(m => m.IsActive()).ToList();
            if (staying.Count > 0)
            {
                Mend(gang, staying);
            }
        }

        state.Agenda.BrokenGangs.Clear();
    }

    /// <summary>Why a task has no place now, or null when it would fit.</summary>
    public string? WhyNot(TaskResource task)
    {
        var request = RequestOf(task);
        return state.Indexes.Queues.Refuse(task.Spec.Queue, Amount.Of(request))
            ?? (policy.Choose(Cluster, request, Draw(task)) is null ? new Refusal(Cluster, request, policy).ToString() : null);
    }

    private void Mend(Gang gang, List<TaskResource> staying)
    {
        var missing = gang.Members.Where(m => m.Status.Phase is TaskPhase.Pending).ToList();
        var refusal = missing.Count + staying.Count < gang.Members.Count
            ? "others of it are still stopping"
            : TryPlace(gang, missing);
        foreach (var member in staying)
        {
            if (refusal is null)
            {
                tasks.Place(member, member.Status.Placement!);
            }
            else
            {
                tasks.Stop(member, StopThen.Requeue, "GangBroken", $"a member of its gang was lost and has no other place: {refusal}");
            }
        }
    }

    private ulong Draw(TaskResource task) => SplitMix.Of(seed + (ulong)task.Status.Attempt, task.Name);

    private string? TryPlace(Gang gang, IReadOnlyList<TaskResource> members)
    {
        var total = members.Aggregate(default(Amount), (sum, m) => sum + Amount.Of(RequestOf(m)));
        if (state.Indexes.Queues.Refuse(members[0].Spec.Queue, total) is { } limit)
        {
            return limit;
        }

        var placements = new List<Placement>(members.Count);
        string? refusal = null;
        foreach (var member in members)
        {
            if (Choose(member) is not { } placement)
            {
                var reason = new Refusal(Cluster, RequestOf(member), policy);
                refusal = members.Count == 1 ? reason.ToString() : GangText(gang, member, placements.Count, reason);
                break;
            }

            Cluster.Take(Holding.Of(member.Spec.Template, placement)); // So that the next member sees what is left.
            placements.Add(placement);
        }

        for (var i = 0; i < placements.Count; i++)
        {
            Cluster.Give(Holding.Of(members[i].Spec.Template, placements[i]));
        }

        if (refusal is null)
        {
            var waiting = members.ToList();
            for (var i = 0; i < waiting.Count; i++)
            {
                tasks.Place(waiting[i], placements[i]);
            }
        }

        return refusal;
    }

    private static string GangText(Gang gang, TaskResource member, int placed, Refusal reason) =>
        $"its gang of {gang.Members.Count} starts together and {placed} would fit; for {member.Name} {reason}";

    private Placement? Choose(TaskResource task)
    {
        var request = RequestOf(task);
        var draw = Draw(task);
        if (policy.Choose(Cluster, request, draw) is not { } choice)
        {
            return null;
        }

        var offer = Cluster.Offer(choice.Slot);
        return new()
        {
            Node = offer.Name,
            Address = state.Node(offer.Name)!.Status!.Address,
            Devices = choice.Devices,
            MilliPerDevice = request.Devices == 0 ? 0 : request.MilliPerDevice,
            Port = Cluster.FreePort(choice.Slot, draw),
        };
    }

    private void Refuse(Gang gang, string text)
    {
        foreach (var member in gang.Members.Where(m => !SameButForNumbers(m.Status.Message, text)).ToList())
        {
            state.Put(member with { Status = member.Status with { Reason = "Unschedulable", Message = text } });
            if (member.Spec.Rank == gang.Members[0].Spec.Rank)
            {
                state.Warn(member.Key, "Unschedulable", text);
            }
        }
    }

    // Counts change with every task that ends; a reason is written down only when it is another one. `explain` has the counts of now.
    private static bool SameButForNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (true)
        {
            a = a.TrimStart("0123456789.");
            b = b.TrimStart("0123456789.");
            if (a.IsEmpty || b.IsEmpty || a[0] != b[0])
            {
                return a.IsEmpty && b.IsEmpty;
            }

            a = a[1..];
            b = b[1..];
        }
    }
}
