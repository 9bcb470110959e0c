using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Scheduling.Preemption;

/// <summary>Finds the running work to stop so that a gang fits: as little work lost as can be found, and none of it for nothing.</summary>
/// <remarks>
/// Task by task: one that fits as things stand costs nothing; for another the node is taken where the cheapest victims lose least. In the end every
/// victim without which the gang fits as well is let go, the most expensive first, so that the set is minimal: leave any one out and the gang does not fit.
/// A greedy search: the sum need not be the smallest there is.
/// </remarks>
public sealed class VictimSearch
{
    private readonly ClusterState cluster;
    private readonly QueueLedger queues;
    private readonly Func<Victim, bool> eligible;
    private readonly Func<bool> fits;
    private readonly Dictionary<string, List<Victim>> byNode = new(StringComparer.Ordinal);
    private readonly List<Victim> all;
    private readonly List<Victim> chosen = [];
    private readonly HashSet<string> chosenIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> spent = new(StringComparer.Ordinal);

    /// <summary>Prepares a search.</summary>
    /// <param name="cluster">What is free; left as it was.</param>
    /// <param name="queues">What the queues hold; left as it was.</param>
    /// <param name="candidates">Who might be stopped, in any order.</param>
    /// <param name="eligible">Whether one may be stopped as the ledgers stand: asked again as others are chosen.</param>
    /// <param name="fits">Whether the whole gang fits as the ledgers stand.</param>
    public VictimSearch(
        ClusterState cluster, QueueLedger queues, IEnumerable<Victim> candidates, Func<Victim, bool> eligible, Func<bool> fits)
    {
        (this.cluster, this.queues, this.eligible, this.fits) = (cluster, queues, eligible, fits);
        all = [.. candidates.OrderBy(v => v.WorkLost).ThenBy(v => v.Id, StringComparer.Ordinal)];
        foreach (var victim in all)
        {
            foreach (var node in victim.Held.Select(h => h.Holding.Node).Distinct(StringComparer.Ordinal))
            {
                if (!byNode.TryGetValue(node, out var here))
                {
                    byNode[node] = here = [];
                }

                here.Add(victim);
            }
        }
    }

    /// <summary>Searches.</summary>
    /// <param name="queue">The gang's queue.</param>
    /// <param name="members">What its tasks ask.</param>
    /// <returns>Whom to stop, the cheapest first; null when the gang would not fit whoever is stopped.</returns>
    public IReadOnlyList<Victim>? Find(string queue, IReadOnlyList<PlacementRequest> members)
    {
        var found = MakeRoomInQueues(queue, [.. members.Select(Charge.Of)]) && MakeRoomOnNodes(members) && fits();
        if (found)
        {
            LetGo();
        }

        foreach (var victim in chosen)
        {
            Restore(victim);
        }

        return found ? [.. chosen] : null;
    }

    private bool MakeRoomInQueues(string queue, Charge[] charges)
    {
        while (queues.Refuse(queue, charges) is { } limit)
        {
            if (all.Find(v => IsFree(v) && queues.Line(v.Queue).Contains(limit.Queue) && eligible(v)) is not { } victim)
            {
                return false;
            }

            Choose(victim);
        }

        return true;
    }

    private bool MakeRoomOnNodes(IReadOnlyList<PlacementRequest> members)
    {
        var taken = new List<Holding>(members.Count);
        var whole = true;
        PlacementRequest? last = null;
        Dictionary<string, Offer> offers = [];
        foreach (var member in members)
        {
            if (member != last)
            {
                offers = byNode.Keys.ToDictionary(node => node, node => Ask(node, member), StringComparer.Ordinal);
                last = member;
            }

            var best = offers.Where(o => o.Value.Victims is not null).OrderBy(o => o.Value.Cost).ThenBy(o => o.Key, StringComparer.Ordinal).FirstOrDefault();
            var slot = FreeSlot(member);
            if (slot < 0 && best.Key is null)
            {
                whole = false;
                break;
            }

            if (slot < 0)
            {
                best.Value.Victims!.ForEach(Choose);
                slot = cluster.SlotOf(best.Key);
            }

            taken.Add(TakeAt(slot, member));
            foreach (var node in Touched(best.Value, cluster.Offer(slot).Name).Where(byNode.ContainsKey))
            {
                offers[node] = Ask(node, member);
            }
        }

        taken.ForEach(cluster.Give);
        return whole;
    }

    private static IEnumerable<string> Touched(Offer offer, string node) =>
        (offer.Victims ?? []).SelectMany(v => v.Held).Select(h => h.Holding.Node).Append(node).Distinct(StringComparer.Ordinal);

    private int FreeSlot(PlacementRequest member)
    {
        var models = cluster.ModelsFor(member);
        for (var place = 0; place < cluster.Count; place++)
        {
            if (cluster.Check(cluster.SlotAt(place), member, models) is Verdict.Fits)
            {
                return cluster.SlotAt(place);
            }
        }

        return -1;
    }

    private Holding TakeAt(int slot, PlacementRequest member)
    {
        var models = cluster.ModelsFor(member);
        var devices = member.Devices == 0 ? [] : member.MilliPerDevice < 1000 ? [cluster.PickTightest(slot, member, models)] : cluster.PickWhole(slot, member, models);
        var holding = new Holding(cluster.Offer(slot).Name, member.CpuMilli, member.MemoryBytes, devices, member.MilliPerDevice, 0);
        cluster.Take(holding);
        return holding;
    }

    // The cheapest victims on one node that make one task fit there.
    private Offer Ask(string node, PlacementRequest member)
    {
        var slot = cluster.SlotOf(node);
        var models = cluster.ModelsFor(member);
        if (slot < 0 || cluster.Check(slot, member, models) is not (Verdict.Gpu or Verdict.Cpu or Verdict.Memory or Verdict.Fits))
        {
            return default;
        }

        var before = chosen.Count;
        foreach (var victim in byNode[node])
        {
            if (cluster.Check(slot, member, models) is Verdict.Fits)
            {
                break;
            }

            if (IsFree(victim) && eligible(victim))
            {
                Choose(victim);
            }
        }

        var fitsHere = cluster.Check(slot, member, models) is Verdict.Fits;
        for (var i = chosen.Count - 1; fitsHere && i >= before; i--)
        {
            var victim = chosen[i];
            Release(victim);
            if (cluster.Check(slot, member, models) is not Verdict.Fits)
            {
                Choose(victim, i);
            }
        }

        var found = chosen[before..];
        for (var i = found.Count - 1; i >= 0; i--)
        {
            Release(found[i]);
        }

        return fitsHere ? new(found, found.Sum(v => v.WorkLost)) : default;
    }

    private void LetGo()
    {
        foreach (var victim in chosen.OrderByDescending(v => v.WorkLost).ThenByDescending(v => v.Id, StringComparer.Ordinal).ToList())
        {
            Release(victim);
            if (!fits())
            {
                Choose(victim);
            }
        }

        chosen.Sort(static (a, b) => a.WorkLost.CompareTo(b.WorkLost) is var byLoss and not 0 ? byLoss : string.CompareOrdinal(a.Id, b.Id));
    }

    private bool IsFree(Victim victim) =>
        !chosenIds.Contains(victim.Id) && (victim.Budget is not { } budget || spent.GetValueOrDefault(budget.Owner) < budget.Left);

    private void Choose(Victim victim) => Choose(victim, chosen.Count);

    private void Choose(Victim victim, int place)
    {
        chosen.Insert(place, victim);
        chosenIds.Add(victim.Id);
        Spend(victim, +1);
        foreach (var held in victim.Held)
        {
            cluster.Give(held.Holding);
            queues.Give(victim.Queue, held.Charge);
        }
    }

    private void Release(Victim victim)
    {
        chosen.Remove(victim);
        chosenIds.Remove(victim.Id);
        Spend(victim, -1);
        Restore(victim);
    }

    private void Restore(Victim victim)
    {
        foreach (var held in victim.Held)
        {
            cluster.Take(held.Holding);
            queues.Take(victim.Queue, held.Charge);
        }
    }

    private void Spend(Victim victim, int count)
    {
        if (victim.Budget is { } budget)
        {
            spent[budget.Owner] = spent.GetValueOrDefault(budget.Owner) + count;
        }
    }

    private readonly record struct Offer(List<Victim>? Victims, double Cost);
}
