using Datahall.Model;

namespace Datahall.Energy.Capping;

/// <summary>What a rack or a feed carries, and what it may.</summary>
/// <param name="Hall">The rack's hall; null for a feed.</param>
/// <param name="Rack">The rack; null for a feed.</param>
/// <param name="Feed">The feed, or <c>grid</c> for the connection of the whole site; null for a rack.</param>
/// <param name="Watts">What it carries, in watts.</param>
/// <param name="LimitWatts">What it may carry, in watts; null: no limit is known.</param>
public readonly record struct SiteLoad(string? Hall, string? Rack, string? Feed, double Watts, double? LimitWatts);

/// <summary>What the racks and feeds of a site carry while its nodes draw something. For one caller.</summary>
public sealed class SiteLoads
{
    private const string Grid = "grid";

    private readonly SiteBudgets budgets;
    private readonly double? gridLimit;

    /// <summary>Takes up a site.</summary>
    /// <param name="site">A site that validation took.</param>
    public SiteLoads(SiteSpec site) => (budgets, gridLimit) = (new(site), site.PowerLimit?.Value);

    /// <summary>The racks, then the feeds, then the grid connection.</summary>
    /// <param name="nodes">What each node draws at its inlet, in watts; those in racks that the site does not have are passed over.</param>
    /// <param name="otherWatts">What else the grid connection carries: cooling, light; in watts.</param>
    public IEnumerable<SiteLoad> Of(IEnumerable<(string Hall, string Rack, double Watts)> nodes, double otherWatts)
    {
        var (draw, load) = (new double[budgets.RackCount], new double[budgets.Count]);
        foreach (var (hall, rack, watts) in nodes)
        {
            if (budgets.RackOf(hall, rack) is >= 0 and var index)
            {
                draw[index] += watts;
            }
        }

        budgets.Load(draw, load);
        for (var i = 0; i < load.Length - 1; i++)
        {
            double? limit = double.IsFinite(budgets.Limits[i]) ? budgets.Limits[i] : null;
            yield return i < draw.Length
                ? new(budgets.Racks[i].Hall, budgets.Racks[i].Rack, null, load[i], limit)
                : new(null, null, budgets.Feeds[i - draw.Length], load[i], limit);
        }

        yield return new(null, null, Grid, load[^1] + otherWatts, gridLimit);
    }
}
