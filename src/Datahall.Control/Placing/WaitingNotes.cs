using Datahall.Control.Core;
using Datahall.Scheduling.Backfill;

namespace Datahall.Control.Placing;

/// <summary>Writes down why gangs wait.</summary>
internal sealed class WaitingNotes(CoreState state)
{
    // Without times: they change all the while. `explain` has them.
    private static string Text(Trial result, Reservation? reservation) => reservation switch
    {
        null => result.Refusal!,
        { IsForced: true } => $"{result.Refusal}; work is being stopped to make room for it",
        _ => $"{result.Refusal}; room is kept for it as other work ends",
    };

    /// <summary>Says what is in a gang's way, and whether room is kept for it.</summary>
    public void Refuse(Gang gang, Trial result, Reservation? reservation)
    {
        var text = Text(result, reservation);
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
