using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Placing;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Backfill;

namespace Datahall.Control.Proposals;

/// <summary>Takes of a proposal what still holds, and drops the rest: the world went on while it was being thought about.</summary>
internal sealed class ProposalIntake(CoreState state, TaskLifecycle tasks, GangTrial trial, RunningWork running, ReservationBook book)
{
    public Outcome Take(Propose proposal)
    {
        var taken = 0;
        foreach (var gang in proposal.Places.GroupBy(p => state.Task(p.Task)?.GangId() ?? ""))
        {
            taken += Place(gang.Key, [.. gang]) ? 1 : 0;
        }

        foreach (var move in proposal.Moves)
        {
            taken += Move(move, proposal.Goal is RebalancingGoal.Energy ? "to save power" : "to join free room together") ? 1 : 0;
        }

        var asked = proposal.Places.Select(p => state.Task(p.Task)?.GangId() ?? p.Task).Distinct().Count() + proposal.Moves.Count;
        return new Considered(taken, asked - taken);
    }

    private bool Place(string id, List<ProposedPlace> places)
    {
        if (state.Indexes.Gangs.Find(id) is not { Waits: true } gang || gang.NotBefore > state.Now || places.Count != gang.Members.Count)
        {
            return false;
        }

        var byTask = places.ToDictionary(p => p.Task, StringComparer.Ordinal);
        if (!gang.Members.All(m => byTask.ContainsKey(m.Name))
            || book.Behind(id, () => trial.At(gang, [.. gang.Members.Select(m => byTask[m.Name])])) is not { } found)
        {
            return false;
        }

        var members = gang.Members.ToList();
        for (var i = 0; i < members.Count; i++)
        {
            tasks.Place(members[i], found[i]);
        }

        book.Remove(id);
        return true;
    }

    private bool Move(ProposedPlace move, string why)
    {
        if (state.Task(move.Task) is not { } task || state.Indexes.Gangs.Find(task.GangId()) is not { } gang || !running.MayMove(gang)
            || running.BudgetOf(gang) is { Left: <= 0 } || move.Node == task.Status.Placement!.Node)
        {
            return false;
        }

        if (book.Behind(gang.Id, () => trial.At(gang, [move], itself: true)) is not { } found)
        {
            return false;
        }

        var from = task.Status.Placement.Node;
        tasks.Stop(task, StopThen.Requeue, TaskLifecycle.Moved, $"it moves from node {from} to {move.Node}, {why}");
        state.Emit(task.Key, "Moved", $"from node {from} to {move.Node}, {why}");
        book.Put(new(gang.Id, state.Now, [task.HoldingAt(found[0]) with { Port = 0 }], null, ReservationKind.Move));
        return true;
    }
}
