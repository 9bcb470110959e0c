using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Capping;

/// <summary>Divides the budgets of a site's racks, feeds and grid connection among the work behind them, so that the least work is lost.</summary>
/// <remarks>
/// Water-filling from below: every load starts paused or at its lowest measured cap, then the highest priority is raised first, and within a priority the step
/// of the measured hull that gives the most throughput for a watt, until a budget on its way to the grid is full. Without losses the budgets are laminar (each
/// load's budgets lie on one path), and greed is optimal for a separable concave gain (Federgruen and Groenevelt, Operations Research 34, 1986). Losses make a
/// watt dearer on the longer path; the throughput is then at least 1/(1+s) of the optimum's gain over the floor, s the largest sum of loss slopes on a path (2 to
/// 4 % with usual feeds). Each round counts losses by their slope at the budget, which over-estimates a convex loss, then adds them up exactly: no budget is
/// exceeded in between or in the end, unless the floor exceeds it. For one caller.
/// </remarks>
public sealed class TreeCapping
{
    private const int MostRounds = 20;
    private const double Negligible = 1e-7; // Of what a priority may still draw.

    private readonly FeedTree tree;
    private readonly double[] rackLimits;
    private readonly double[] draw; // By rack.
    private readonly double[] load; // By feed.
    private readonly double[] feedRoom;
    private readonly double[] rackRoom;
    private readonly double[] price; // What a watt of a spread rack puts on each feed.
    private readonly double[] slope;
    private double gridRoom;
    private double gridPrice;

    /// <summary>Makes it for a facility, with the limits of its racks.</summary>
    /// <param name="facility">The facility.</param>
    public TreeCapping(FacilityModel facility)
        : this(facility.Feeds, [.. facility.Racks.Select(static rack => rack.PowerLimitWatts)])
    {
    }

    internal TreeCapping(FeedTree tree, double[] rackLimits)
    {
        (this.tree, this.rackLimits) = (tree, rackLimits);
        (draw, rackRoom) = (new double[rackLimits.Length], new double[rackLimits.Length]);
        (load, feedRoom, price, slope) = (new double[tree.Count], new double[tree.Count], new double[tree.Count], new double[tree.Count]);
    }

    /// <summary>Sets the cap of each load. O(rounds · (n · log n + n · depth)), and allocates: it is for once a second, not for an inner loop.</summary>
    /// <param name="loads">The loads. Shape [n].</param>
    /// <param name="budgets">What may be drawn.</param>
    /// <param name="shares">The share of each feed's units that are in order. Shape [feeds].</param>
    /// <param name="caps">Receives each load's cap. Shape [n].</param>
    /// <returns>The most by which a budget is exceeded with everything at its floor, in watts; 0 when all are kept.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a figure is negative or not finite, or floor and rated power are in the wrong order.</exception>
    public double Divide(ReadOnlySpan<TreeLoad> loads, TreeBudgets budgets, ReadOnlySpan<double> shares, Span<TreeCap> caps)
    {
        Require.SameLength(loads.Length, caps.Length, "loads and caps");
        Require.SameLength(budgets.Feeds.Length, tree.Count, "budgets and feeds");
        Require.SameLength(shares.Length, tree.Count, "shares and feeds");
        var fillings = new LoadFilling[loads.Length];
        for (var i = 0; i < fillings.Length; i++)
        {
            fillings[i] = new(loads[i]);
        }

        Price(budgets, shares);
        AddUp(fillings, budgets, shares);
        var excess = Excess();
        foreach (var level in fillings.Where(static filling => filling.Left > 0).GroupBy(static filling => filling.Load.Priority).OrderByDescending(static level => level.Key))
        {
            Raise([.. level], fillings, budgets, shares);
        }

        for (var i = 0; i < fillings.Length; i++)
        {
            caps[i] = fillings[i].Cap;
        }

        return excess;
    }

    private void Raise(LoadFilling[] level, LoadFilling[] all, TreeBudgets budgets, ReadOnlySpan<double> shares)
    {
        // Ties by index: the same loads give the same caps.
        var steps = level.SelectMany(static (filling, i) => filling.Steps.Select((step, k) => (Filling: filling, Step: k, step.GainPerWatt, Index: i)))
            .OrderByDescending(static step => step.GainPerWatt).ThenBy(static step => step.Index).ThenBy(static step => step.Step).ToList();
        for (var round = 0; round < MostRounds; round++)
        {
            var raised = 0.0;
            foreach (var (filling, step, _, _) in steps)
            {
                if (filling.Step == step)
                {
                    var watts = Math.Min(filling.StepLeft, Room(filling.Load.Rack));
                    Take(filling.Load.Rack, watts);
                    filling.Raise(watts);
                    raised += watts;
                }
            }

            AddUp(all, budgets, shares);
            if (raised <= Negligible * (raised + level.Sum(static filling => filling.Left)))
            {
                return;
            }
        }
    }

    // What one more watt costs at each feed, at most: losses are convex, so their slope at the budget is the largest below it.
    private void Price(TreeBudgets budgets, ReadOnlySpan<double> shares)
    {
        tree.Spread(shares, price);
        gridPrice = 0;
        for (var feed = tree.Count - 1; feed >= 0; feed--)
        {
            var most = double.IsFinite(budgets.Feeds[feed]) ? budgets.Feeds[feed] : 2 * tree.LossOf(feed).RatingWatts;
            slope[feed] = tree.LossOf(feed).Slope(most, shares[feed]);
            var above = price[feed] * (1 + slope[feed]);
            if (tree.Parents[feed] is >= 0 and var parent)
            {
                price[parent] += above;
            }
            else
            {
                gridPrice += above;
            }
        }

        gridPrice = tree.Count == 0 ? 1 : gridPrice;
    }

    private void AddUp(LoadFilling[] fillings, TreeBudgets budgets, ReadOnlySpan<double> shares)
    {
        draw.AsSpan().Clear();
        foreach (var filling in fillings)
        {
            draw[filling.Load.Rack] += filling.Watts;
        }

        tree.Load(draw, load, shares);
        var grid = tree.Count == 0 ? draw.Sum() : 0;
        for (var feed = 0; feed < load.Length; feed++)
        {
            feedRoom[feed] = budgets.Feeds[feed] - load[feed];
            grid += tree.Parents[feed] < 0 ? load[feed] + tree.LossOf(feed).Watts(load[feed], shares[feed]) : 0;
        }

        gridRoom = budgets.Grid - grid;
        for (var rack = 0; rack < draw.Length; rack++)
        {
            rackRoom[rack] = rackLimits[rack] - draw[rack];
        }
    }

    private double Excess()
    {
        var least = Math.Min(0, gridRoom);
        foreach (var room in feedRoom)
        {
            least = Math.Min(least, room);
        }

        foreach (var room in rackRoom)
        {
            least = Math.Min(least, room);
        }

        return -least;
    }

    private double Room(int rack)
    {
        var room = rackRoom[rack];
        if (tree.FeedOfRack[rack] is not (>= 0 and var leaf))
        {
            for (var feed = 0; feed < price.Length; feed++)
            {
                room = price[feed] > 0 ? Math.Min(room, feedRoom[feed] / price[feed]) : room;
            }

            return Math.Max(0, Math.Min(room, gridPrice > 0 ? gridRoom / gridPrice : room));
        }

        var cost = 1.0;
        for (var feed = leaf; feed >= 0; feed = tree.Parents[feed])
        {
            room = Math.Min(room, feedRoom[feed] / cost);
            cost *= 1 + slope[feed];
        }

        return Math.Max(0, Math.Min(room, gridRoom / cost));
    }

    private void Take(int rack, double watts)
    {
        rackRoom[rack] -= watts;
        if (tree.FeedOfRack[rack] is not (>= 0 and var leaf))
        {
            for (var feed = 0; feed < price.Length; feed++)
            {
                feedRoom[feed] -= watts * price[feed];
            }

            gridRoom -= watts * gridPrice;
            return;
        }

        var cost = watts;
        for (var feed = leaf; feed >= 0; feed = tree.Parents[feed])
        {
            feedRoom[feed] -= cost;
            cost *= 1 + slope[feed];
        }

        gridRoom -= cost;
    }
}
