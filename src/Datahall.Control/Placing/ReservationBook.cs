using Datahall.Control.Core;
using Datahall.Scheduling.Backfill;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Placing;

/// <summary>The room that is kept for gangs that cannot start yet. In memory: a core that starts anew makes them anew.</summary>
internal sealed class ReservationBook(CoreState state, GangTrial trial)
{
    private readonly SortedDictionary<string, Reservation> byGang = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeptRoom> holds = new(StringComparer.Ordinal);
    private Reservation[] before = [];

    public IEnumerable<Reservation> All => byGang.Values;

    public int Count => byGang.Count;

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
            holds[reservation.Gang] = Take(reservation, gang.Queue, trial.ChargesOf(gang.Members));
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
        var lifted = holds.Where(h => which(byGang[h.Key])).ToList();
        lifted.ForEach(h => Give(h.Value));
        var result = action();
        foreach (var (gang, hold) in lifted)
        {
            holds[gang] = Take(byGang[gang], hold.Queue, hold.Charges);
        }

        return result;
    }

    /// <summary>Looks at the future: what of the room of others is free by then is theirs.</summary>
    /// <param name="search">Moves the ledgers to times to come, and asks there; the question asks around the others' room.</param>
    /// <param name="question">What is asked at each time.</param>
    public T Ahead<T, TAnswer>(Func<Func<TAnswer>, T> search, Func<TAnswer> question)
    {
        var ahead = holds.ToList();
        ahead.ForEach(h => Give(h.Value));
        var result = search(() =>
        {
            var kept = ahead.ConvertAll(h => Take(byGang[h.Key], h.Value.Queue, h.Value.Charges));
            var answer = question();
            kept.ForEach(Give);
            return answer;
        });
        foreach (var (gang, hold) in ahead)
        {
            holds[gang] = Take(byGang[gang], hold.Queue, hold.Charges);
        }

        return result;
    }

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

    private KeptRoom Take(Reservation reservation, string queue, Charge[] charges)
    {
        var hold = new KeptRoom(queue, charges, state.Indexes.Queues.FreePart(queue, charges), state.Indexes.Cluster.FreePart(reservation.Places));
        state.Indexes.Queues.Take(queue, hold.Part);
        foreach (var part in hold.Parts)
        {
            state.Indexes.Cluster.Take(part);
        }

        return hold;
    }

    private void Give(KeptRoom hold)
    {
        state.Indexes.Queues.Give(hold.Queue, hold.Part);
        foreach (var part in hold.Parts)
        {
            state.Indexes.Cluster.Give(part);
        }
    }

    private sealed record KeptRoom(string Queue, Charge[] Charges, Charge Part, IReadOnlyList<Holding> Parts);
}
