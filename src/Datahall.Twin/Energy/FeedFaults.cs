using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Model.Catalogue;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>Feeds that are out of order for a while, and the servers behind them that are dark.</summary>
/// <remarks>Work of dark servers is not served. When the power is back they start: for as long as their type takes to wake, they draw idle power and serve nothing.</remarks>
internal sealed class FeedFaults
{
    private readonly FacilityModel facility;
    private readonly List<(int Feed, double Share, double From, double To)> faults = [];
    private readonly double[] shares;
    private double now;
    private readonly double[] servesFrom; // By block, in seconds from the start.

    /// <exception cref="TraceException">A fault names a feed that is not there, or more units than it has.</exception>
    public FeedFaults(FacilityModel facility, SiteSpec site, IReadOnlyList<PlantFault> plant)
    {
        this.facility = facility;
        (shares, servesFrom) = (new double[facility.FeedNames.Count], new double[facility.Blocks.Count]);
        var feeds = PlantCatalogue.FeedsOf(site);
        foreach (var (index, fault) in plant.Index().Where(static fault => fault.Item.Feed is not null))
        {
            var feed = feeds.FirstOrDefault(feed => feed.Name == fault.Feed)
                ?? throw new TraceException($"spec.faults[{index}].feed: there is no feed '{fault.Feed}'; there is {string.Join(", ", feeds.Select(static feed => feed.Name))}");
            var units = fault.Units ?? feed.Count;
            if (units > feed.Count)
            {
                throw new TraceException($"spec.faults[{index}].units: feed '{feed.Name}' has {feed.Count} units, not {units}");
            }

            var from = fault.At.Milliseconds / 1000.0;
            faults.Add((facility.FeedNames.Index().First(name => name.Item == feed.Name).Index, (double)units / feed.Count, from, from + (fault.For.Milliseconds / 1000.0)));
        }
    }

    /// <summary>Whether the servers of a block have power and are up, as of the last step.</summary>
    public bool Serves(int block) => now >= servesFrom[block];

    /// <summary>Sets which feeds are in order now, and lets dark and starting servers do nothing.</summary>
    /// <returns>The work that they do not serve, in watts of rated power.</returns>
    public double Apply(FacilityState state, double seconds)
    {
        if (faults.Count == 0)
        {
            return 0;
        }

        now = seconds;
        Array.Fill(shares, 1);
        foreach (var (feed, share, from, to) in faults)
        {
            shares[feed] -= seconds >= from && seconds < to ? Math.Min(share, shares[feed]) : 0;
        }

        facility.SetFeeds(state, shares);
        var unserved = 0.0;
        for (var i = 0; i < servesFrom.Length; i++)
        {
            var block = facility.Blocks[i];
            if (state.IsDark[block.RackIndex])
            {
                servesFrom[i] = double.PositiveInfinity;
            }
            else if (double.IsInfinity(servesFrom[i]))
            {
                servesFrom[i] = seconds + (block.Type.Sleep?.UpSeconds ?? 0);
            }

            if (seconds < servesFrom[i])
            {
                unserved += state.Utilisation[i] * state.Awake[i] * block.Type.Power.MaxWatts;
                state.Utilisation[i] = 0;
            }
        }

        return unserved;
    }
}
