using Datahall.Control.Core;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>The room that is kept for gangs that cannot start yet. In memory: a core that starts anew makes them anew.</summary>
internal sealed class ReservationBook(CoreState state, GangTrial trial)
{
    private readonly SortedDictionary<string, Reservation> byGang = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, KeptRoom> holds = new(StringComparer.Ordinal); // Room for which work was stopped first; else who came first takes first.
    private Reservation[] before = [];

    public IEnumerable<Reservation> All => byGang.Values;

    public Reservation? Find(string gang) => byGang.GetValueOrDefault(gang);

    /// <summary>A step begins: what it does can be taken back.</summary>
    public void Begin() => before = [.. byGang.Values];

    /// <summary>The step was not committed.</summary>
    public void Undo()
    {
        byGang.Clear();
        foreach (var reservation in before)
        {
            byGang[reservation.Gang] = reservation;
        }
    }

    public void Put(Reservation reservation) => byGang[reservation.Gang] = reservation;

    public void Remove(string gang)
    {
        Lift(gang);
        byGang.Remove(gang);
    }

    /// <summary>Keeps the reserved room that is free now from others, until <see cref="Lift"/>.</summary>
    public void Hold(Reservation reservation)
    {
        if (!holds.ContainsKey(reservation.Gang) && state.Indexes.Gangs.Find(reservation.Gang) is { } gang)
        {
            holds.Insert(PlaceOf(reservation, holds.Count), reservation.Gang, TakeFree(reservation, gang.Queue, trial.ChargesOf(gang.Members)));
        }
    }

    /// <summary>Answers a question as one who comes after all who have a reservation.</summary>
    public T Behind<T>(string gang, Func<T> question)
    {
        foreach (var reservation in byGang.Values.Where(r => r.Gang != gang))
        {
            Hold(reservation);
        }

        var answer = question();
        LiftAll();
        return answer;
    }

    /// <summary>Lets others see the room again.</summary>
    public void Lift(string gang)
    {
        if (holds.Remove(gang, out var hold))
        {
            Give(hold);
        }
    }

    /// <summary>Does something as if some reservations held no room; what it takes of their room is theirs no more.</summary>
    public T Without<T>(Func<Reservation, bool> which, Func<T> action)
    {
        var lifted = new List<(int Place, string Gang, KeptRoom Room)>();
        for (var place = holds.Count - 1; place >= 0; place--)
        {
            if (holds.GetAt(place) is var (gang, room) && which(byGang[gang]))
            {
                Give(room);
                holds.RemoveAt(place);
                lifted.Insert(0, (place, gang, room));
            }
        }

        var result = action();
        foreach (var (place, gang, room) in lifted)
        {
            if (byGang.TryGetValue(gang, out var reservation) && !holds.ContainsKey(gang))
            {
                holds.Insert(PlaceOf(reservation, place), gang, TakeLeft(room));
            }
        }

        return result;
    }

    /// <summary>Answers a question in ledgers that a search has moved ahead: what of the reserved room has become free there belongs to those who reserved it.</summary>
    public T Grown<T>(Func<T> question)
    {
        var kept = holds.Values.ToList();
        kept.ForEach(Give);
        var grown = new List<KeptRoom>(kept.Count);
        foreach (var (gang, room) in holds)
        {
            grown.Add(TakeFree(byGang[gang], room.Queue, room.Charges));
        }

        var answer = question();
        grown.ForEach(Give);
        kept.ForEach(Take);
        return answer;
    }

    /// <summary>After how many endings a gang fits around what others have reserved, and its places then; null: not even after all.</summary>
    public (int Endings, IReadOnlyList<Holding> Places)? StartAfter(Gang gang, IReadOnlyList<Ending> endings) => EarliestStart.Find(
        state.Indexes.Cluster,
        state.Indexes.Queues,
        endings,
        () => Grown(() => trial.Run(gang, gang.Members).Placements is { } placements ? GangTrial.Holdings(gang.Members, placements) : null));

    /// <summary>Who has room that is held now.</summary>
    public IEnumerable<string> Owners => holds.Keys;

    /// <summary>Whether room is held that a reservation satisfying a condition has.</summary>
    public bool Holds(Func<Reservation, bool> which) => holds.Keys.Any(gang => which(byGang[gang]));

    public void LiftAll()
    {
        foreach (var hold in holds.Values)
        {
            Give(hold);
        }

        holds.Clear();
    }

    private int PlaceOf(Reservation reservation, int place)
    {
        var forced = holds.Keys.Count(owner => byGang[owner].IsForced);
        return reservation.IsForced ? Math.Min(place, forced) : Math.Clamp(place, forced, holds.Count);
    }

    // What of the reserved room is free now.
    private KeptRoom TakeFree(Reservation reservation, string queue, Charge[] charges)
    {
        var room = new KeptRoom(queue, charges, state.Indexes.Queues.FreePart(queue, charges), state.Indexes.Cluster.FreePart(reservation.Places));
        Take(room);
        return room;
    }

    // What is still free of room that was held: it does not grow into what others were holding meanwhile.
    private KeptRoom TakeLeft(KeptRoom room)
    {
        var part = state.Indexes.Queues.FreePart(room.Queue, room.Charges);
        var left = room with
        {
            Part = part with { Amount = Amount.Min(part.Amount, room.Part.Amount) },
            Parts = state.Indexes.Cluster.FreePart(room.Parts),
        };
        Take(left);
        return left;
    }

    private void Take(KeptRoom room)
    {
        state.Indexes.Queues.Take(room.Queue, room.Part);
        foreach (var part in room.Parts)
        {
            state.Indexes.Cluster.Take(part);
        }
    }

    private void Give(KeptRoom room)
    {
        state.Indexes.Queues.Give(room.Queue, room.Part);
        foreach (var part in room.Parts)
        {
            state.Indexes.Cluster.Give(part);
        }
    }

    private sealed record KeptRoom(string Queue, Charge[] Charges, Charge Part, IReadOnlyList<Holding> Parts);
}
