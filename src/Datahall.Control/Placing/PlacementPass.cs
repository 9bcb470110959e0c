using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Gives waiting gangs places, each whole or not at all: in the queues' order, around the room that is reserved, and at the cost of others where that is right.</summary>
internal sealed class PlacementPass(
    CoreState state, TaskLifecycle tasks, SchedulingSettings settings, GangTrial trial, RunTimes times, WaitingLine waiting, Preemptor preemptor, ReservationPlanner reservations, ReservationBook book, WaitingNotes notes)
{
    // Looking for victims means looking at all that runs: in one pass it is done for the first that are blocked.
    private const int MostSearches = 16;

    // With time, work may be disturbed that was protected, and shares of queues change.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly Dictionary<GangShape, Trial> refused = [];
    private DateTimeOffset? lookedAt;
    private DateTimeOffset? lookedBefore;
    private int searches;

    /// <summary>When everything that waits is looked at again although nothing happened; null: nothing waits.</summary>
    public DateTimeOffset? NextLook => state.Indexes.Gangs.AnyWaits ? lookedAt + LookAgain : null;

    /// <summary>Whether everything that waits is to be looked at: time has passed, or the core has just started and does not know what might fit.</summary>
    public bool IsDue => lookedAt is null || NextLook <= state.Now;

    /// <summary>A step begins: what it does can be taken back.</summary>
    public void Begin()
    {
        lookedBefore = lookedAt;
        book.Begin();
    }

    /// <summary>The step was not committed.</summary>
    public void Undo()
    {
        lookedAt = lookedBefore;
        book.Undo();
    }

    /// <summary>Places what came in; and when room grew, whatever waits.</summary>
    public void Run()
    {
        if (!state.Agenda.RoomGrew && state.Agenda.FreshGangs.Count == 0)
        {
            return;
        }

        (var all, searches) = (state.Agenda.RoomGrew, 0);
        refused.Clear();
        reservations.KeepForced();
        if (!all)
        {
            reservations.KeepAll();
        }

        foreach (var gang in all ? Everything() : Fresh())
        {
            if (gang.Waits && gang.NotBefore <= state.Now)
            {
                Consider(gang);
            }
        }

        foreach (var extra in state.Indexes.Gangs.Extras.Where(g => g.NotBefore <= state.Now && BaseRuns(g)).ToList())
        {
            _ = TryPlace(extra);
        }

        book.LiftAll();
        if (all)
        {
            lookedAt = state.Now;
            reservations.Forget();
        }

        state.Agenda.RoomGrew = false;
        state.Agenda.FreshGangs.Clear();
    }

    private IEnumerable<Gang> Everything() => LineOf(waiting.Of);

    private IEnumerable<Gang> Fresh()
    {
        var fresh = state.Agenda.FreshGangs.Select(state.Indexes.Gangs.Find).OfType<Gang>().Where(g => g.Waits && !g.IsExtra)
            .GroupBy(g => g.Queue, StringComparer.Ordinal).ToDictionary(g => g.Key, waiting.Sort, StringComparer.Ordinal);
        return LineOf(queue => fresh.GetValueOrDefault(queue) ?? []);
    }

    private IEnumerable<Gang> LineOf(Func<string, IReadOnlyList<Gang>> of)
    {
        var line = new QueueLine<Gang>(
            state.Indexes.Queues, state.Indexes.Capacity, UsageOf, settings.Fairness.Memory, g => trial.ChargesOf(g.Members), GangIndex.FirstCome);
        foreach (var queue in state.Indexes.Gangs.Queues.ToList())
        {
            line.Add(queue, of(queue));
        }

        return line.Drain();
    }

    private double UsageOf(string queue) => state.Find<Queue>(ResourceKinds.Queue, queue)?.Status?.Usage ?? 0;

    private void Consider(Gang gang)
    {
        book.Lift(gang.Id);
        var result = TryMove(gang) ?? TryPlace(gang);
        if (result.Placements is not null)
        {
            book.Remove(gang.Id);
            return;
        }

        book.Without(MayPass(gang), () => MakeRoom(gang));
        notes.Refuse(gang, result, reservations.Reserve(gang, ShapeOf(gang)));
    }

    // What was moved goes where it was meant to, whatever its policy would say.
    private Trial? TryMove(Gang gang) =>
        book.Find(gang.Id) is { Kind: ReservationKind.Move, Places: var places }
        && trial.At(gang, [.. places.Select((p, i) => new ProposedPlace(gang.Members[i].Name, p.Node, p.Devices))]) is { } found
            ? Commit(gang, new(found, default, null))
            : null;

    private Trial TryPlace(Gang gang)
    {
        if (refused.Count > 0 && ShapeOf(gang) is { } alike && refused.TryGetValue(alike, out var known))
        {
            return known; // What did not fit a moment ago does not fit now: room only shrinks in a pass.
        }

        var result = Commit(gang, trial.Run(gang, gang.Members));
        if (result.Placements is null && MayPass(gang) is var which && book.Holds(which))
        {
            result = book.Without(which, () => Commit(gang, trial.Run(gang, gang.Members)));
        }

        if (result.Placements is null && book.Holds(static _ => true) && book.Without(static _ => true, () => trial.Run(gang, gang.Members)).Placements is not null)
        {
            result = Trial.Refused(BlockKind.Reserved, $"it would fit, but that room is kept for {Titles(book.Owners)}");
        }

        if (result.Placements is null && ShapeOf(gang) is { } shape)
        {
            refused[shape] = result;
        }

        return result;
    }

    // Work that ends in time may use room that is reserved for later, and so may work that stands before its owner in the line.
    private Func<Reservation, bool> MayPass(Gang gang)
    {
        var end = times.Estimate(gang.First) is { } expected ? state.Now + expected.Time : DateTimeOffset.MaxValue;
        return r => !r.IsForced && ((r.Start >= end && !r.IsLate) || StandsBefore(gang, r.Gang));
    }

    private bool StandsBefore(Gang gang, string other) => state.Indexes.Gangs.Find(other) is { } owner
        && (owner.Queue == gang.Queue ? waiting.StandsBefore(gang, owner) : preemptor.IsGuaranteed(gang) && !preemptor.IsGuaranteed(owner));

    private Trial Commit(Gang gang, Trial result)
    {
        if (result.Placements is { } placements)
        {
            var members = gang.Members.ToList();
            for (var i = 0; i < members.Count; i++)
            {
                tasks.Place(members[i], placements[i]);
            }
        }

        return result;
    }

    // Stops others for a gang where that is right and helps; whether work is being stopped for it.
    private bool MakeRoom(Gang gang)
    {
        if (reservations.WaitsForStopping(gang))
        {
            return true;
        }

        if (searches++ >= MostSearches || preemptor.Find(gang) is not { Count: > 0 } victims)
        {
            return false;
        }

        preemptor.Stop(gang, victims);
        return reservations.WaitsForStopping(gang);
    }

    private string Titles(IEnumerable<string> gangs) => string.Join(" and ", gangs.Select(id => state.Indexes.Gangs.Find(id)?.Title ?? id).Distinct().Order(StringComparer.Ordinal));

    private bool BaseRuns(Gang extra) =>
        extra.First.BaseGangId() is not { } id || (state.Indexes.Gangs.Find(id) is { } gang && gang.Members.All(m => m.IsActive()));

    private GangShape? ShapeOf(Gang gang)
    {
        var first = gang.Members[0];
        foreach (var member in gang.Members)
        {
            if (!ReferenceEquals(member.Spec.Template, first.Spec.Template) && trial.RequestOf(member) != trial.RequestOf(first))
            {
                return null;
            }
        }

        return new(trial.RequestOf(first), gang.Queue, first.Spec.Profile, gang.Members.Count, times.Estimate(first)?.Time);
    }
}
