using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Tasks;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>Gives waiting gangs places, each whole or not at all: in the queues' order, around the room that is reserved, and at the cost of others where that is right.</summary>
internal sealed class PlacementPass(
    CoreState state, TaskLifecycle tasks, SchedulingSettings settings, GangTrial trial, RunTimes times, WaitingLine waiting, RunningWork running, Preemptor preemptor, ReservationBook book)
{
    // Looking for victims means looking at all that runs: in one pass it is done for the first that are blocked.
    private const int MostSearches = 16;

    // With time, work may be disturbed that was protected, and shares of queues change.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Shape, Trial> refused = [];
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
        KeepForced();
        if (!all)
        {
            KeepAll();
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
            Forget();
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
        Refuse(gang, Text(result, Reserve(gang)));
    }

    // What was moved goes where it was meant to, whatever its policy would say.
    private Trial? TryMove(Gang gang) =>
        book.Find(gang.Id) is { Kind: ReservationKind.Move, Places: var places }
        && trial.At(gang, [.. places.Select((p, i) => new ProposedPlace(gang.Members[i].Name, p.Node, p.Devices))]) is { } found
            ? Commit(gang, new(found, default, null))
            : null;

    private Trial TryPlace(Gang gang)
    {
        var shape = ShapeOf(gang);
        if (shape is { } s && refused.TryGetValue(s, out var known))
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

        if (shape is { } key && result.Placements is null)
        {
            refused[key] = result;
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
        if (WaitsForStopping(gang))
        {
            return true;
        }

        if (searches++ >= MostSearches || preemptor.Find(gang) is not { Count: > 0 } victims)
        {
            return false;
        }

        preemptor.Stop(gang, victims);
        return WaitsForStopping(gang);
    }

    // Whether the gang fits once what is being stopped has stopped; then that room is its own.
    private bool WaitsForStopping(Gang gang)
    {
        book.Lift(gang.Id);
        if (state.Indexes.Stops.IsGoingOnFor(gang.Id) && book.Find(gang.Id) is { Kind: ReservationKind.Stopping } kept && kept.Places.All(IsOpen))
        {
            Keep(kept);
            return true;
        }

        var stopping = running.Stopping();
        if (stopping.Count == 0 || StartAfter(gang, stopping) is not ({ } count, { } places))
        {
            return false;
        }

        var last = count == 0 ? null : stopping[count - 1];
        Keep(new(gang.Id, last?.At ?? state.Now, places, last?.Name, ReservationKind.Stopping));
        return true;
    }

    private (int Endings, IReadOnlyList<Holding> Places)? StartAfter(Gang gang, IReadOnlyList<Ending> endings) =>
        EarliestStart.Find(state.Indexes.Cluster, state.Indexes.Queues, endings, () => book.Grown(() => Places(gang)));

    private Reservation? Reserve(Gang gang)
    {
        if (book.Find(gang.Id) is { } kept && (kept.IsForced ? book.Owners.Contains(gang.Id) : kept.Start > state.Now && kept.Places.All(IsOpen)))
        {
            Keep(kept);
            return kept;
        }

        var late = book.Find(gang.Id) is { Kind: ReservationKind.Backfill } passed && (passed.IsLate || passed.Start <= state.Now);
        book.Remove(gang.Id);
        if (book.All.Count(r => !r.IsForced) >= settings.Backfill.Reservations)
        {
            return null;
        }

        var endings = running.Endings();
        if (StartAfter(gang, endings) is not ({ } count, { } places))
        {
            return null;
        }

        var last = count == 0 ? null : endings[count - 1];
        var reservation = new Reservation(gang.Id, last?.At ?? state.Now, places, last?.Name, ReservationKind.Backfill) { IsAssumed = last?.IsAssumed is true, IsLate = late };
        Keep(reservation);
        return reservation;
    }

    private bool IsOpen(Holding place) => state.Node(place.Node) is { Status.Phase: NodePhase.Ready, Spec.Mode: NodeMode.Open };

    private IReadOnlyList<Holding>? Places(Gang gang) =>
        trial.Run(gang, gang.Members).Placements is { } placements ? GangTrial.Holdings(gang.Members, placements) : null;

    private void Keep(Reservation reservation)
    {
        book.Put(reservation);
        book.Hold(reservation);
    }

    // Room for whose sake work was stopped is kept from everybody, also by a core that has just started.
    private void KeepForced()
    {
        foreach (var id in state.Indexes.Stops.Preemptors.Concat(book.All.Where(r => r.IsForced).Select(r => r.Gang)).Distinct().ToList())
        {
            var gang = state.Indexes.Gangs.Find(id);
            if (gang is not null && book.Find(id) is { Kind: ReservationKind.Move } move && gang.Members.All(m => m.Status.Phase is TaskPhase.Stopping or TaskPhase.Pending) && move.Places.All(IsOpen))
            {
                Keep(move);
            }
            else if (gang is not { Waits: true })
            {
                book.Remove(id);
            }
            else if (!WaitsForStopping(gang))
            {
                KeepOrDrop(id); // All have stopped: now it is tried, before anybody else gets the room.
            }
        }
    }

    private void KeepOrDrop(string id)
    {
        if (book.Find(id) is { IsForced: true } kept && kept.Places.All(IsOpen))
        {
            Keep(kept);
        }
        else
        {
            book.Remove(id);
        }
    }

    private void KeepAll()
    {
        foreach (var reservation in book.All.ToList())
        {
            if (state.Indexes.Gangs.Find(reservation.Gang) is { } gang && (gang.Waits || reservation.Kind is ReservationKind.Move))
            {
                Keep(reservation);
            }
            else
            {
                book.Remove(reservation.Gang);
            }
        }
    }

    // In a pass over everything, who is not blocked any more or no more among the first has no reservation.
    private void Forget()
    {
        foreach (var reservation in book.All.Where(r => r.Kind is not ReservationKind.Move && state.Indexes.Gangs.Find(r.Gang) is not { Waits: true }).ToList())
        {
            book.Remove(reservation.Gang);
        }
    }

    private string Titles(IEnumerable<string> gangs) => string.Join(" and ", gangs.Select(id => state.Indexes.Gangs.Find(id)?.Title ?? id).Distinct().Order(StringComparer.Ordinal));

    private bool BaseRuns(Gang extra) =>
        extra.First.BaseGangId() is not { } id || (state.Indexes.Gangs.Find(id) is { } gang && gang.Members.All(m => m.IsActive()));

    private Shape? ShapeOf(Gang gang)
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

    // Without times: they change all the while. `explain` has them.
    private static string Text(Trial result, Reservation? reservation) => reservation switch
    {
        null => result.Refusal!,
        { IsForced: true } => $"{result.Refusal}; work is being stopped to make room for it",
        _ => $"{result.Refusal}; room is kept for it as other work ends",
    };

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

    private readonly record struct Shape(PlacementRequest Request, string Queue, string Profile, int Size, TimeSpan? Expected);
}
