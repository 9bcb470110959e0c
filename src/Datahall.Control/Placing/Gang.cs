using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Tasks that start together or not at all, by rank; most gangs are one task.</summary>
internal sealed class Gang(string id)
{
    private static readonly Comparer<TaskResource> ByRank = Comparer<TaskResource>.Create(static (a, b) => a.Spec.Rank.CompareTo(b.Spec.Rank));

    private readonly List<TaskResource> members = [];
    private int pending;

    private Derivation? derived;

    public string Id { get; } = id;

    /// <summary>The members, by rank.</summary>
    public IReadOnlyList<TaskResource> Members => members;

    public TaskResource First => members[0];

    /// <summary>Whether every member waits, so that the gang can be placed.</summary>
    public bool Waits => pending > 0 && pending == members.Count;

    /// <summary>Whether some members wait and others do not.</summary>
    public bool IsBroken => pending > 0 && pending < members.Count;

    /// <summary>Whether it is an extra task of an elastic role.</summary>
    public bool IsExtra => First.Spec.Extra;

    public string Queue => First.Spec.Queue;

    public int Priority => First.Spec.Priority;

    /// <summary>When the gang came in: a gang that is placed again goes back to its old place in the line.</summary>
    public DateTimeOffset Since => First.Created ?? default;

    /// <summary>Who it is, for people: its owner, or the task itself when the owner has several gangs.</summary>
    public string Title => Derive().Title;

    /// <summary>What its members hold of their nodes and of their queue, by rank.</summary>
    public IReadOnlyList<Held> Held => Derive().Held;

    /// <summary>The earliest time the gang may be placed.</summary>
    public DateTimeOffset NotBefore
    {
        get
        {
            var latest = DateTimeOffset.MinValue;
            foreach (var member in members)
            {
                latest = member.Status.NotBefore is { } notBefore && notBefore > latest ? notBefore : latest;
            }

            return latest;
        }
    }

    public void Change(TaskResource? before, TaskResource? after)
    {
        derived = null;
        Count(before, -1);
        Count(after, +1);
        var place = members.BinarySearch((before ?? after)!, ByRank);
        if (before is null)
        {
            members.Insert(~place, after!);
        }
        else if (after is null)
        {
            members.RemoveAt(place);
        }
        else
        {
            members[place] = after;
        }
    }

    // When first asked for after a change: a pass may ask all that runs.
    private Derivation Derive() => derived ??= new(
        (members.Count == 1 && First.Spec.Job is not null && (First.Spec.Gang is null || IsExtra) ? First.Key : First.Spec.Owner).ToString(),
        [.. members.Where(m => m.HoldsPlace()).Select(HeldBy)]);

    private static Held HeldBy(TaskResource member)
    {
        var placement = member.Status.Placement!;
        return new(member.HoldingAt(placement), Charge.Of(member.Spec.Template.Resources, placement));
    }

    private void Count(TaskResource? task, int n)
    {
        pending += task?.Status.Phase is TaskPhase.Pending ? n : 0;
    }

    private sealed record Derivation(string Title, IReadOnlyList<Held> Held);
}
