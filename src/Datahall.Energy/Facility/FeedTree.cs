using Datahall.Energy.Conversion;
using Datahall.Model;

namespace Datahall.Energy.Facility;

/// <summary>What the feeds lost, in watts.</summary>
/// <param name="Ups">UPS and transformers: their heat stays outside the halls.</param>
/// <param name="Pdu">PDUs, which stand in the halls.</param>
/// <param name="Rack">Busways and rack feeds, which hang there.</param>
/// <param name="WorstLoad">The highest load of a feed over its rating.</param>
public readonly record struct FeedSums(double Ups, double Pdu, double Rack, double WorstLoad);

/// <summary>The feeds between grid and racks. Loads are added up from the racks, each feed's loss on top.</summary>
internal sealed class FeedTree
{
    private readonly FeedKind[] kinds;
    private readonly FeedLoss[] losses;
    private readonly int[] parents; // −1: the grid. Feeds stand behind their parents.
    private readonly int[] leaves;
    private readonly int[] feedOfRack; // −1: shared among the leaves.

    public FeedTree(IReadOnlyList<Feed> feeds, IReadOnlyList<string?> racks)
    {
        var order = Ordered(feeds);
        var index = order.Select(static (feed, i) => (feed.Name, i)).ToDictionary(StringComparer.Ordinal);
        kinds = [.. order.Select(static feed => feed.Kind)];
        losses = [.. order.Select(LossOf)];
        parents = [.. order.Select(feed => feed.Parent is { } parent ? index[parent] : -1)];
        leaves = [.. Enumerable.Range(0, order.Count).Where(i => !parents.Contains(i))];
        feedOfRack = [.. racks.Select(feed => feed is not null ? index[feed] : -1)];
        Names = [.. order.Select(static feed => feed.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    public int Count => kinds.Length;

    /// <summary>The feed before a feed; −1: the grid. Parents have the lower index.</summary>
    public ReadOnlySpan<int> Parents => parents;

    /// <summary>The feed of each rack; −1: shared among the feeds that feed no other.</summary>
    public ReadOnlySpan<int> FeedOfRack => feedOfRack;

    /// <summary>What a feed loses; its rating is that of all its units.</summary>
    public FeedLoss LossOf(int feed) => losses[feed];

    /// <summary>Whether a feed and all before it have a unit in order.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="shares">The share of each feed's units that are in order. Shape [feeds].</param>
    public bool IsLive(int feed, ReadOnlySpan<double> shares)
    {
        for (var at = feed; at >= 0; at = parents[at])
        {
            if (shares[at] <= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether no power reaches a rack.</summary>
    /// <param name="rack">The rack.</param>
    /// <param name="shares">The share of each feed's units that are in order. Shape [feeds].</param>
    public bool IsDark(int rack, ReadOnlySpan<double> shares) =>
        feedOfRack[rack] is >= 0 and var feed ? !IsLive(feed, shares) : leaves.Length > 0 && LiveLeaves(shares) == 0;

    /// <summary>What a watt of a rack without a feed of its own puts on each feed that feeds no other; 0 elsewhere.</summary>
    /// <param name="shares">The share of each feed's units that are in order. Shape [feeds].</param>
    /// <param name="part">Receives it. Shape [feeds].</param>
    public void Spread(ReadOnlySpan<double> shares, Span<double> part)
    {
        part.Clear();
        var live = LiveLeaves(shares);
        foreach (var leaf in leaves)
        {
            part[leaf] = IsLive(leaf, shares) ? 1.0 / live : 0;
        }
    }

    /// <summary>Adds up the loads. Allocates nothing.</summary>
    /// <param name="rackWatts">What the racks draw, in watts; dark racks 0. Shape [racks].</param>
    /// <param name="load">Receives each feed's load, in watts. Shape [feeds].</param>
    /// <param name="shares">The share of each feed's units that are in order, from 0 to 1. Shape [feeds].</param>
    public FeedSums Load(ReadOnlySpan<double> rackWatts, Span<double> load, ReadOnlySpan<double> shares)
    {
        load.Clear();
        var spread = 0.0;
        for (var rack = 0; rack < rackWatts.Length; rack++)
        {
            if (feedOfRack[rack] is >= 0 and var feed)
            {
                load[feed] += rackWatts[rack];
            }
            else
            {
                spread += rackWatts[rack];
            }
        }

        var live = LiveLeaves(shares);
        foreach (var leaf in leaves)
        {
            load[leaf] += IsLive(leaf, shares) ? spread / live : 0;
        }

        Span<double> lost = stackalloc double[4];
        var worst = 0.0;
        for (var i = Count - 1; i >= 0; i--)
        {
            if (!IsLive(i, shares))
            {
                continue;
            }

            var loss = losses[i].Watts(load[i], shares[i]);
            lost[(int)kinds[i]] += loss;
            worst = Math.Max(worst, load[i] / (losses[i].RatingWatts * shares[i]));
            if (parents[i] >= 0)
            {
                load[parents[i]] += load[i] + loss;
            }
        }

        return new(lost[(int)FeedKind.Ups] + lost[(int)FeedKind.Transformer], lost[(int)FeedKind.Pdu], lost[(int)FeedKind.Rack], worst);
    }

    /// <summary>What one more watt of each rack draws from the grid, and adds to the halls' heat through losses there. Allocates nothing.</summary>
    /// <param name="load">Each feed's load, in watts. Shape [feeds].</param>
    /// <param name="grid">Receives W of the grid per W of the rack. Shape [racks].</param>
    /// <param name="heat">Receives W of heat per W of the rack, without that of the rack itself. Shape [racks].</param>
    public void Slopes(ReadOnlySpan<double> load, Span<double> grid, Span<double> heat)
    {
        Span<double> feedGrid = Count <= 256 ? stackalloc double[Count] : new double[Count];
        Span<double> feedHeat = Count <= 256 ? stackalloc double[Count] : new double[Count];
        for (var i = 0; i < Count; i++)
        {
            var slope = losses[i].Slope(load[i]);
            var (above, warm) = parents[i] >= 0 ? (feedGrid[parents[i]], feedHeat[parents[i]]) : (1, 0);
            feedGrid[i] = (1 + slope) * above;
            feedHeat[i] = (kinds[i] is FeedKind.Pdu or FeedKind.Rack ? slope : 0) + ((1 + slope) * warm);
        }

        for (var rack = 0; rack < grid.Length; rack++)
        {
            (grid[rack], heat[rack]) = feedOfRack[rack] is >= 0 and var feed ? (feedGrid[feed], feedHeat[feed]) : (Mean(feedGrid, 1), Mean(feedHeat, 0));
        }
    }

    private int LiveLeaves(ReadOnlySpan<double> shares)
    {
        var live = 0;
        foreach (var leaf in leaves)
        {
            live += IsLive(leaf, shares) ? 1 : 0;
        }

        return live;
    }

    private double Mean(ReadOnlySpan<double> values, double none)
    {
        if (leaves.Length == 0)
        {
            return none;
        }

        var sum = 0.0;
        foreach (var leaf in leaves)
        {
            sum += values[leaf];
        }

        return sum / leaves.Length;
    }

    private static List<Feed> Ordered(IReadOnlyList<Feed> feeds)
    {
        var order = new List<Feed>(feeds.Count);
        while (order.Count < feeds.Count)
        {
            var before = order.Count;
            order.AddRange(feeds.Where(feed => !order.Contains(feed) && (feed.Parent is null || order.Any(o => o.Name == feed.Parent))).ToList());
            if (order.Count == before)
            {
                throw new ArgumentException("a feed's parent is missing, or feeds feed each other in a ring");
            }
        }

        return order;
    }

    // Usual losses, engineering defaults: a UPS of double conversion, a good transformer, a PDU with one, a busway.
    private static FeedLoss LossOf(Feed feed)
    {
        var rating = (double)feed.Rating.Value * feed.Count;
        if (feed.Loss is { } loss)
        {
            return new(rating, loss.Constant, loss.Linear, loss.Quadratic);
        }

        return feed.Kind switch
        {
            FeedKind.Ups => FeedLoss.DoubleConversionUps(rating),
            FeedKind.Transformer => new(rating, 0.003, 0, 0.007),
            FeedKind.Pdu => new(rating, 0.004, 0, 0.011),
            _ => new(rating, 0, 0, 0.005),
        };
    }
}
