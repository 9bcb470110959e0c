using Datahall.Energy.Capping;
using Datahall.Model;

namespace Datahall.Energy.Tests.Capping;

public sealed class SiteLoadsTests
{
    [Fact]
    public void Of_tells_what_racks_feeds_and_the_grid_carry_and_may()
    {
        var lossless = new FeedLosses();
        var loads = new SiteLoads(new SiteSpec
        {
            PowerLimit = new(5_000),
            Feeds = [new() { Name = "main", Kind = FeedKind.Pdu, Rating = new(4_000), Loss = lossless }, new() { Name = "row", Kind = FeedKind.Pdu, Rating = new(1_500), Parent = "main", Loss = lossless }],
            Halls = [new() { Name = "a", Racks = [new() { Name = "r1", PowerLimit = new(1_000), Feed = "row" }, new() { Name = "r2", Feed = "main" }] }],
        });

        var found = loads.Of([("a", "r1", 600), ("a", "r1", 100), ("a", "r2", 900), ("a", "elsewhere", 5_000)], 250).ToList();

        Assert.Equal([("r1", 700, 1_000.0), ("r2", 900, null)], found.Where(static load => load.Rack is not null).Select(static load => (load.Rack!, load.Watts, load.LimitWatts)));
        Assert.All(found.Where(static load => load.Rack is not null), static load => Assert.Equal("a", load.Hall));
        Assert.Equal([("grid", 1_850, 5_000.0), ("main", 1_600, 4_000.0), ("row", 700, 1_500)], found.Where(static load => load.Feed is not null).OrderBy(static load => load.Feed, StringComparer.Ordinal).Select(static load => (load.Feed!, load.Watts, load.LimitWatts!.Value)));
    }
}
