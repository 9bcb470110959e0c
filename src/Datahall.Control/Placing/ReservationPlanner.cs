using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Placement;

namespace Datahall.Control.Placing;

/// <summary>Decides for which of the gangs that cannot start yet room is kept, and which.</summary>
internal sealed class ReservationPlanner(CoreState state, SchedulingSettings settings, RunningWork running, ReservationBook book)
{
    // To find out that no end makes enough room takes a look at all that runs.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    // By the shape, or by the gang where its members differ: of ten thousand replicas that wait for the same, one look is enough.
    private readonly Dictionary<(GangShape? Shape, string? Gang), (DateTimeOffset Until, long Capacity)> hopeless = [];

    /// <summary>Whether the gang fits once what is being stopped has stopped; then that room is its own.</summary>
    public bool WaitsForStopping(Gang gang)
    {
        book.Lift(gang.Id);
        if (state.Indexes.Stops.IsGoingOnFor(gang.Id) && book.Find(gang.Id) is { Kind: ReservationKind.Stopping } kept && kept.Places.All(IsOpen))
        {
            Keep(kept);
            return true;
        }

        var stopping = running.Stopping();
        if (stopping.Count == 0 || book.StartAfter(gang, stopping) is not ({ } count, { } places))
        {
            return false;
        }

        var last = count == 0 ? null : stopping[count - 1];
        Keep(new(gang.Id, last?.At ?? state.Now, places, last?.Name, ReservationKind.Stopping));
        return true;
    }

    /// <summary>Keeps room for a blocked gang as other work ends, when it is among the first; null when it is not, or when that would not help.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="shape">Its shape; null: its members differ.</param>
    public Reservation? Reserve(Gang gang, GangShape? shape)
    {
        if (book.Find(gang.Id) is { } kept && Stands(kept))
        {
            Keep(kept);
            return kept;
        }

        var alike = (shape, shape is null ? gang.Id : null);
        var late = book.Find(gang.Id) is { Kind: ReservationKind.Backfill } passed && (passed.IsLate || passed.Start <= state.Now);
        book.Remove(gang.Id);
        if (book.All.Count(r => !r.IsForced) >= settings.Backfill.Reservations || IsHopeless(alike))
        {
            return null;
        }

        var endings = running.Endings();
        if (book.StartAfter(gang, endings) is not ({ } count, { } places))
        {
            hopeless[alike] = (state.Now + LookAgain, state.Indexes.CapacityVersion);
            return null;
        }

        var last = count == 0 ? null : endings[count - 1];
        var reservation = new Reservation(gang.Id, last?.At ?? state.Now, places, last?.Name, ReservationKind.Backfill) { IsAssumed = last?.IsAssumed is true, IsLate = late };
        Keep(reservation);
        return reservation;
    }

    /// <summary>Room for whose sake work was stopped is kept from everybody, also by a core that has just started.</summary>
    public void KeepForced()
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

    /// <summary>Every reservation holds its room.</summary>
    public void KeepAll()
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

    /// <summary>Who is not blocked any more has no reservation.</summary>
    public void Forget()
    {
        foreach (var reservation in book.All.Where(r => r.Kind is not ReservationKind.Move && state.Indexes.Gangs.Find(r.Gang) is not { Waits: true }).ToList())
        {
            book.Remove(reservation.Gang);
        }

        foreach (var alike in hopeless.Keys.Where(alike => !IsHopeless(alike)).ToList())
        {
            hopeless.Remove(alike);
        }
    }

    private bool Stands(Reservation kept) => kept.IsForced ? book.Owners.Contains(kept.Gang) : kept.Start > state.Now && kept.Places.All(IsOpen);

    private bool IsHopeless((GangShape? Shape, string? Gang) alike) =>
        hopeless.TryGetValue(alike, out var known) && state.Now < known.Until && known.Capacity == state.Indexes.CapacityVersion;

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

    private bool IsOpen(Holding place) => state.Node(place.Node) is { Status: { Phase: NodePhase.Ready, Power: PowerState.Awake }, Spec: { Mode: NodeMode.Open, Power: not PowerMode.Asleep } };

    private void Keep(Reservation reservation)
    {
        book.Put(reservation);
        book.Hold(reservation);
    }
}
