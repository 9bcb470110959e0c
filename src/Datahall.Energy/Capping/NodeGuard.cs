using System.Globalization;
using Datahall.Model;

namespace Datahall.Energy.Capping;

/// <summary>Decides which nodes of a site are capped, and how low, from what they draw.</summary>
/// <remarks>
/// A <see cref="BreakerGuard"/> over racks, feeds and the grid connection says which of them must be capped, and <see cref="TreeCapping"/> divides what they are allowed,
/// lower priorities first. Caps are set while a limit is tripped, and lowered as long as it is; they stay until every limit that a node draws from is quiet again.
/// A reading that cannot be true leaves a node at its last believable one; when there was none for <see cref="GuardRules.StaleSeconds"/>, it counts as drawing all that it may,
/// and nothing that it draws from is released. What it remembers may be lost: caps that nodes have are taken up. For one caller.
/// </remarks>
public sealed class NodeGuard
{
    // From here on a node under a cap counts as held down by it: what it would draw is then what it drew before.
    private const double HeldDown = 0.9;
    private const int ResponsePoints = 6;

    private readonly SiteBudgets budgets;
    private readonly GuardRules rules;
    private readonly BreakerGuard guard;
    private readonly Dictionary<string, PowerReading> readings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> demandBefore = new(StringComparer.Ordinal);
    private bool hasBegun;

    /// <summary>Makes a guard that caps nothing yet.</summary>
    /// <param name="site">A site that validation took.</param>
    /// <param name="rules">When it acts.</param>
    /// <exception cref="ArgumentException">The rules contradict each other.</exception>
    public NodeGuard(SiteSpec site, GuardRules rules)
    {
        (budgets, this.rules) = (new(site), rules);
        guard = new(budgets.Count, rules);
    }

    /// <summary>Takes the readings of one moment.</summary>
    /// <param name="nodes">The nodes of the site that may draw power; those in racks that it does not have are passed over.</param>
    /// <param name="otherWatts">What else the grid connection carries: cooling, light; in watts.</param>
    /// <param name="seconds">The time since the last call, in seconds.</param>
    /// <returns>The caps that are to be others than the nodes have, by name.</returns>
    public IReadOnlyList<NodeCapChange> Step(IReadOnlyList<GuardedNode> nodes, double otherWatts, double seconds)
    {
        var all = nodes.Where(node => budgets.RackOf(node) >= 0).OrderBy(static node => node.Name, StringComparer.Ordinal).Select(node => Look(node, seconds)).ToList();
        Forget(all);
        budgets.Leave(otherWatts);
        TakeUp(all);
        var (load, uncapped, allowed) = (new double[budgets.Count], new double[budgets.Count], new double[budgets.Count]);
        Measure(all, load, uncapped);
        guard.Step(budgets.Limits, load, uncapped, load, seconds, allowed);
        var isTripped = Enumerable.Range(0, budgets.Count).Any(budget => load[budget] > rules.Trip * budgets.Limits[budget]);
        return [.. isTripped ? Cap(all, load, allowed) : Release(all, load)];
    }

    private Seen Look(GuardedNode node, double seconds)
    {
        var reading = readings.GetValueOrDefault(node.Name);
        var believed = reading.Take(node.Watts, Math.Max(1, rules.MostReading * node.RatedWatts), seconds);
        readings[node.Name] = reading;

        // One that never said anything is given as long as one that falls silent.
        var isNew = !reading.IsFresh(double.PositiveInfinity) && reading.AgeSeconds <= rules.StaleSeconds;
        var worst = node.HeldWatts is { } held ? node.WallAt(held) : node.RatedWatts;
        var watts = reading.IsFresh(rules.StaleSeconds) ? reading.Watts : isNew ? 0 : worst;
        var isHeldDown = node.CapWatts is { } cap && watts >= HeldDown * node.WallAt(cap);
        var demand = isHeldDown ? Math.Max(watts, demandBefore.GetValueOrDefault(node.Name, node.RatedWatts)) : watts;
        return new(node with { RatedWatts = Math.Max(node.RatedWatts, demand) }, budgets.RackOf(node), believed, watts, demand);
    }

    private void Forget(List<Seen> all)
    {
        var here = all.Select(static seen => seen.Node.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in readings.Keys.Where(name => !here.Contains(name)).ToList())
        {
            readings.Remove(gone);
            demandBefore.Remove(gone);
        }
    }

    // Of what a guard before this one capped nobody knows which limit it was for: each on the way must be quiet first.
    private void TakeUp(List<Seen> all)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            foreach (var budget in all.Where(static seen => seen.Node.CapWatts is not null).SelectMany(seen => budgets.PathOf(seen.Rack)).Where(budget => double.IsFinite(budgets.Limits[budget])))
            {
                guard.TakeUp(budget);
            }
        }
    }

    private void Measure(List<Seen> all, double[] load, double[] uncapped)
    {
        var racks = budgets.RackCount;
        var (draw, demand) = (new double[racks], new double[racks]);
        foreach (var seen in all)
        {
            draw[seen.Rack] += seen.Watts;
            demand[seen.Rack] += seen.Demand;
        }

        budgets.Load(draw, load);
        budgets.Load(demand, uncapped);
        foreach (var budget in all.Where(static seen => !seen.IsBelieved).SelectMany(seen => budgets.PathOf(seen.Rack)))
        {
            uncapped[budget] = double.NaN;
        }
    }

    private IEnumerable<NodeCapChange> Cap(List<Seen> all, double[] load, double[] allowed)
    {
        var loads = all.Select(static seen => LoadOf(seen)).ToArray();
        var caps = new TreeCap[loads.Length];
        var excess = budgets.Divide(loads, allowed, caps);
        var rest = excess >= 1 ? string.Create(CultureInfo.InvariantCulture, $"; with all that can be capped at its least, {excess:0} W too much remain") : "";
        for (var i = 0; i < caps.Length; i++)
        {
            var (seen, node) = (all[i], all[i].Node);
            if (loads[i].Response is not { } response || caps[i].Cap >= 1)
            {
                continue;
            }

            // Between floor and demand the inlet's power counts as straight, and so does that of the devices.
            var wall = loads[i].FloorWatts + ((caps[i].Cap - response.LowestCap) / (1 - response.LowestCap) * (seen.Demand - loads[i].FloorWatts));
            var watts = (long)Math.Max(Math.Ceiling(node.LeastWatts!.Value), Math.Floor(node.MostWatts - (node.RatedWatts - wall)));
            if (node.CapWatts is null)
            {
                demandBefore[node.Name] = seen.Demand;
            }

            if (!(node.CapWatts <= watts))
            {
                yield return new(node.Name, watts, budgets.Describe(Worst(seen.Rack, load), load[Worst(seen.Rack, load)]) + rest);
            }
        }
    }

    private IEnumerable<NodeCapChange> Release(List<Seen> all, double[] load)
    {
        foreach (var seen in all.Where(seen => seen.Node.CapWatts is not null && !budgets.PathOf(seen.Rack).Any(budget => guard.IsCapping[budget])))
        {
            demandBefore.Remove(seen.Node.Name);
            yield return new(seen.Node.Name, null, string.Create(
                CultureInfo.InvariantCulture, $"every limit was below {100 * rules.Release:0} % for {rules.HoldSeconds:0} s: {budgets.Describe(Worst(seen.Rack, load), load[Worst(seen.Rack, load)])}"));
        }
    }

    // The limit on a rack's way that is nearest to being exceeded.
    private int Worst(int rack, double[] load) => budgets.PathOf(rack).MaxBy(budget => load[budget] / budgets.Limits[budget]);

    private static TreeLoad LoadOf(Seen seen)
    {
        var node = seen.Node;
        var floor = node.IsCappable ? node.WallAt(node.LeastWatts!.Value) : seen.Demand;
        return node.IsCappable && floor < seen.Demand
            ? new(seen.Rack, seen.Demand, floor, null, node.Priority, ResponseOf(node.LeastWatts!.Value / node.MostWatts))
            : new(seen.Rack, seen.Demand, seen.Demand, null, node.Priority, null);
    }

    // The shape measured on V100s, from the node's own least on: what matters is that the first watts saved cost the least work, so that equals are capped alike.
    private static CapResponse ResponseOf(double least)
    {
        var caps = Enumerable.Range(0, ResponsePoints + 1).Select(i => i == ResponsePoints ? 1 : least + ((1 - least) * i / ResponsePoints)).ToArray();
        return new("node", CapResponse.V100.TdpWatts, caps, [.. caps.Select(CapResponse.V100.Time)], [.. caps.Select(CapResponse.V100.Power)]);
    }

    private sealed record Seen(GuardedNode Node, int Rack, bool IsBelieved, double Watts, double Demand);
}
