using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Preemption;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Stops running work for a gang that has the better right to its room, and none of it for nothing.</summary>
/// <remarks>
/// The right: over extra tasks of elastic roles, always; over work of its own queue, by higher priority, and where the profile says so by its order; over work of another queue, when its queue is
/// within its guarantee and the other has borrowed above its own. Queues are compared where their lines part.
/// </remarks>
internal sealed class Preemptor(CoreState state, SchedulingSettings settings, GangTrial trial, WaitingLine waiting, RunningWork running, ReservationBook book, TaskLifecycle tasks)
{
    /// <summary>Whom to stop for a gang, the cheapest first; empty when it does not help.</summary>
    public IReadOnlyList<Victim> Find(Gang gang)
    {
        var charges = trial.ChargesOf(gang.Members);
        if (!MayFind(gang, charges))
        {
            return [];
        }

        var candidates = running.Victims(gang, other => MayTake(gang, charges, other)).ToList();
        if (candidates.Count == 0)
        {
            return [];
        }

        var search = new VictimSearch(
            state.Indexes.Cluster, state.Indexes.Queues, candidates, v => MayTake(gang, charges, state.Indexes.Gangs.Find(v.Id)!), () => book.Grown(() => trial.Run(gang, gang.Members).Placements is not null));
        return search.Find(gang.Queue, [.. gang.Members.Select(trial.RequestOf)]) ?? [];
    }

    /// <summary>Stops them, politely first.</summary>
    public void Stop(Gang gang, IReadOnlyList<Victim> victims)
    {
        foreach (var victim in victims)
        {
            var members = state.Indexes.Gangs.Find(victim.Id)!.Members.ToList();
            var shrinks = members[0].Spec.Extra;
            var message = shrinks ? $"its job shrinks to make room for {gang.Title}" : $"it makes room for {gang.Title}";
            foreach (var member in members)
            {
                if (member.IsActive())
                {
                    tasks.Preempt(member, member.Spec.Service is null ? StopThen.Requeue : StopThen.Remove, gang.Id, message);
                }
                else if (member.Status.Phase is TaskPhase.Succeeded && members.Count > 1)
                {
                    tasks.Requeue(member, new("Preempted", message, member.Status.Failures)); // A gang has one world.
                }
            }

            if (members[0].Spec.Job is { } name && state.Job(name) is { } job && !shrinks)
            {
                state.Put(job with { Status = (job.Status ?? new()) with { Preemptions = (job.Status?.Preemptions ?? 0) + 1 } });
            }
        }

        state.Emit(gang.First.Spec.Owner, "Preempts", $"{gang.Title} gets room from {string.Join(", ", victims.Select(v => v.Id).Order(StringComparer.Ordinal).Take(8))}{(victims.Count > 8 ? $" and {victims.Count - 8} more" : "")}");
    }

    /// <summary>Whether the gang's queue, where its line parts from another, is within its guarantee.</summary>
    public bool IsGuaranteed(Gang gang) => Covered(gang.Queue, trial.ChargesOf(gang.Members));

    private bool MayFind(Gang gang, Charge[] charges) =>
        state.Indexes.Running.Extras > 0
        || (settings.Preemption.Priority && state.Indexes.Running.HasBelow(gang.Queue, gang.Priority))
        || (settings.Preemption.Order && state.Indexes.Running.HasBelow(gang.Queue, gang.Priority + 1))
        || (settings.Preemption.Reclaim && state.Indexes.Queues.Line(gang.Queue).Any(queue => Covered(queue, charges)));

    private bool Covered(string queue, Charge[] charges) =>
        Guarantees.Covers(state.Indexes.Queues.Spec(queue).Guarantee, state.Indexes.Queues.Held(queue), charges);

    private bool MayTake(Gang gang, Charge[] charges, Gang other)
    {
        if (other.IsExtra)
        {
            return true;
        }

        if (other.Queue == gang.Queue)
        {
            return (settings.Preemption.Priority && other.Priority < gang.Priority)
                || (settings.Preemption.Order && other.Priority == gang.Priority && waiting.GoesAhead(gang, other));
        }

        return settings.Preemption.Reclaim && Parting(gang.Queue, other.Queue) is var (mine, theirs)
            && Covered(mine, charges)
            && Guarantees.Borrows(state.Indexes.Queues.Spec(theirs).Guarantee, state.Indexes.Queues.Held(theirs), charges);
    }

    // The queues below the lowest common one, on either line; null when one is above the other.
    private (string Mine, string Theirs)? Parting(string mine, string theirs)
    {
        var (a, b) = (state.Indexes.Queues.Line(mine), state.Indexes.Queues.Line(theirs));
        var (i, j) = (a.Count - 1, b.Count - 1);
        while (i >= 0 && j >= 0 && a[i] == b[j])
        {
            (i, j) = (i - 1, j - 1);
        }

        return i < 0 || j < 0 ? null : (a[i], b[j]);
    }
}
