using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>What a step still has to look at because something changed. Empty between steps.</summary>
internal sealed class Agenda
{
    /// <summary>Owners whose tasks or spec changed, by key.</summary>
    public SortedSet<ResourceKey> Owners { get; } = new(ResourceKey.Order);

    /// <summary>Nodes whose desired tasks changed, by name.</summary>
    public SortedSet<string> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that have not taken up their last orders, by name.</summary>
    public SortedSet<string> Resend { get; } = new(StringComparer.Ordinal);

    /// <summary>Queues whose work came to hold something.</summary>
    public SortedSet<string> Queues { get; } = new(StringComparer.Ordinal);

    /// <summary>Gangs that lost members with a node while others run on.</summary>
    public SortedSet<string> BrokenGangs { get; } = new(StringComparer.Ordinal);

    /// <summary>Gangs that came to wait, or whose back-off ended, in this step.</summary>
    public HashSet<string> FreshGangs { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something was given back, or came in, that a waiting gang may fit on.</summary>
    public bool RoomGrew { get; set; }

    /// <summary>Nodes that changed, or are due: whether they sleep is looked at.</summary>
    public SortedSet<string> PowerChecks { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a site changed, or is gone.</summary>
    public bool SitesChanged { get; private set; }

    public void Clear()
    {
        Owners.Clear();
        Nodes.Clear();
        Resend.Clear();
        Queues.Clear();
        BrokenGangs.Clear();
        FreshGangs.Clear();
        PowerChecks.Clear();
        RoomGrew = false;
        SitesChanged = false;
    }

    /// <summary>Notes what a change makes necessary.</summary>
    public void Note(Resource? before, Resource? after)
    {
        switch (after ?? before)
        {
            case TaskResource task:
                NoteTask(task, (TaskResource?)before, (TaskResource?)after);
                break;
            case Job or Service:
                Owners.Add((after ?? before)!.Key);
                break;
            case Queue:
                RoomGrew |= !ReferenceEquals((before as Queue)?.Spec, (after as Queue)?.Spec);
                break;
            case Site:
                SitesChanged = true;
                break;
            case Node node:
                PowerChecks.Add(node.Name);
                RoomGrew = true;
                if (after is Node now && now.OrderedCap() != (before is Node then ? then.OrderedCap() : null))
                {
                    Nodes.Add(node.Name);
                }

                break;
            case SchedulerProfile:
                RoomGrew = true;
                break;
        }
    }

    private void NoteTask(TaskResource task, TaskResource? before, TaskResource? after)
    {
        Owners.Add(task.Spec.Owner);
        if (before?.HoldsPlace() is true)
        {
            Nodes.Add(before.Status.Placement!.Node);
            RoomGrew |= after?.HoldsPlace() is not true;
        }

        if (after?.HoldsPlace() is true)
        {
            Nodes.Add(after.Status.Placement!.Node);
            Queues.Add(after.Spec.Queue);
        }

        if (after?.Status.Phase is TaskPhase.Pending)
        {
            FreshGangs.Add(after.GangId());
        }
    }
}
