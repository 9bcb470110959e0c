using System.Globalization;
using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Model.Catalogue;

namespace Datahall.Energy.Capping;

/// <summary>The limits of a site in one row: its racks, then its feeds, then its grid connection.</summary>
internal sealed class SiteBudgets
{
    private readonly FeedTree tree;
    private readonly double[] whole; // All units of every feed.
    private readonly Dictionary<(string Hall, string Rack), int> racks;
    private readonly string[] names;
    private readonly double gridLimit;

    public SiteBudgets(SiteSpec site)
    {
        var all = site.Halls.SelectMany(static hall => hall.AllRacks().Select(rack => (Hall: hall.Name, Rack: rack))).ToList();
        tree = new(PlantCatalogue.FeedsOf(site), [.. all.Select(static place => place.Rack.Feed)]);
        racks = all.Select(static (place, i) => (Key: (place.Hall, place.Rack.Name), i)).ToDictionary(static entry => entry.Key, static entry => entry.i);
        names = [.. all.Select(static place => $"rack {place.Hall}/{place.Rack.Name}"), .. tree.Names.Select(static feed => $"feed {feed}"), "the site"];
        whole = [.. Enumerable.Repeat(1.0, tree.Count)];
        gridLimit = site.PowerLimit?.Value ?? double.PositiveInfinity;
        Limits = [.. all.Select(static place => place.Rack.PowerLimit?.Value ?? double.PositiveInfinity), .. Enumerable.Range(0, tree.Count).Select(feed => tree.LossOf(feed).RatingWatts), gridLimit];
        RackLimits = new double[racks.Count];
        Capping = new(tree, RackLimits);
        Racks = [.. all.Select(static place => (place.Hall, place.Rack.Name))];
    }

    /// <summary>The racks, in the order of their budgets.</summary>
    public IReadOnlyList<(string Hall, string Rack)> Racks { get; }

    /// <summary>The feeds, in the order of their budgets.</summary>
    public IReadOnlyList<string> Feeds => tree.Names;

    /// <summary>How many there are.</summary>
    public int Count => names.Length;

    /// <summary>How many of them are racks.</summary>
    public int RackCount => racks.Count;

    /// <summary>What each may carry, in watts. Shape [budgets].</summary>
    public double[] Limits { get; }

    /// <summary>What <see cref="Capping"/> keeps the racks to. Shape [racks].</summary>
    private double[] RackLimits { get; }

    private TreeCapping Capping { get; }

    /// <summary>The rack's index, which is its budget's too; −1 when the site has none such.</summary>
    public int RackOf(GuardedNode node) => RackOf(node.Hall, node.Rack);

    /// <summary>The rack's index; −1 when the site has none such.</summary>
    public int RackOf(string hall, string rack) => racks.GetValueOrDefault((hall, rack), -1);

    /// <summary>What the grid connection leaves the servers and their feeds beside what else the site draws.</summary>
    public void Leave(double otherWatts) => Limits[^1] = double.IsFinite(gridLimit) ? Math.Max(1, gridLimit - otherWatts) : gridLimit;

    /// <summary>The budgets that a rack draws from.</summary>
    public IEnumerable<int> PathOf(int rack)
    {
        yield return rack;
        if (tree.FeedOfRack[rack] is >= 0 and var leaf)
        {
            for (var feed = leaf; feed >= 0; feed = tree.Parents[feed])
            {
                yield return racks.Count + feed;
            }
        }
        else
        {
            for (var feed = 0; feed < tree.Count; feed++)
            {
                yield return racks.Count + feed;
            }
        }

        yield return Count - 1;
    }

    /// <summary>What each carries while the racks draw this, in watts. Shape [racks] into [budgets].</summary>
    public void Load(double[] draw, double[] load)
    {
        draw.CopyTo(load, 0);
        var feeds = load.AsSpan(racks.Count, tree.Count);
        tree.Load(draw, feeds, whole);
        load[^1] = tree.Count == 0 ? draw.Sum() : 0;
        for (var feed = 0; feed < feeds.Length; feed++)
        {
            load[^1] += tree.Parents[feed] < 0 ? feeds[feed] + tree.LossOf(feed).Watts(feeds[feed], whole[feed]) : 0;
        }
    }

    /// <summary>Divides what is allowed; see <see cref="TreeCapping.Divide"/>.</summary>
    public double Divide(TreeLoad[] loads, double[] allowed, TreeCap[] caps)
    {
        Array.Copy(allowed, RackLimits, RackLimits.Length);
        return Capping.Divide(loads, new(allowed.AsSpan(racks.Count, tree.Count), allowed[^1]), whole, caps);
    }

    /// <summary>How a budget stands, in words.</summary>
    public string Describe(int budget, double load) =>
        string.Create(CultureInfo.InvariantCulture, $"{names[budget]} draws {load:0} W of the {Limits[budget]:0} W that it may");
}
