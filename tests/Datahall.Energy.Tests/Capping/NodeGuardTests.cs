using Datahall.Energy.Capping;
using Datahall.Model;

namespace Datahall.Energy.Tests.Capping;

public sealed class NodeGuardTests
{
    private static readonly double[] absurd = [double.NaN, -40, 4_294_967_295, double.PositiveInfinity, double.NegativeInfinity];

    [Fact]
    public void Step_caps_the_lower_priority_first_and_releases_after_the_hold()
    {
        var hall = new Rack("r1", 1000).With("high", priority: 10).With("low");

        var quiet = hall.Step(("high", 490), ("low", 490));
        var tripped = hall.Step(("high", 500), ("low", 495));
        var falling = hall.Step(("high", 500), ("low", 390));
        for (var i = 0; i < 10; i++)
        {
            Assert.Empty(hall.Step(("high", 500), ("low", 390)));
        }

        var released = hall.Step(("high", 500), ("low", 390));

        Assert.Empty(quiet);
        Assert.Equal("low", Assert.Single(tripped).Node);
        Assert.Equal(350, tripped[0].Watts); // 955 W are to be 950: 45 W less than the 495 at the inlet, so 350 of its devices' 400, which come with 100 W of other parts.
        Assert.Equal("rack a/r1 draws 995 W of the 1000 W that it may", tripped[0].Why);
        Assert.Empty(falling);
        Assert.Equal(("low", null), (Assert.Single(released).Node, released[0].Watts));
        Assert.StartsWith("every limit was below 90 % for 60 s: rack a/r1 draws 890 W", released[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_counts_what_cannot_be_capped_and_says_what_remains()
    {
        var hall = new Rack("r1", 1000).With("fixed", isCappable: false).With("low");

        var caps = hall.Step(("fixed", 900), ("low", 450));

        Assert.Equal(("low", 100), (Assert.Single(caps).Node, caps[0].Watts));
        Assert.Contains("with all that can be capped at its least, 150 W too much remain", caps[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_keeps_feeds_and_the_grid_connection_too()
    {
        var site = new SiteSpec
        {
            PowerLimit = new(2_000),
            Feeds = [new() { Name = "pdu", Kind = FeedKind.Pdu, Rating = new(900), Loss = new() }],
            Halls = [new() { Name = "a", Racks = [new() { Name = "r1", Feed = "pdu" }] }],
        };
        var (feed, grid) = (new Rack("r1", site).With("n"), new Rack("r1", site with { Feeds = [], Halls = [new() { Name = "a", Racks = [new() { Name = "r1" }] }] }).With("n"));

        var byFeed = feed.Step(("n", 895));
        var byGrid = grid.Step(1_200, ("n", 795));

        Assert.StartsWith("feed pdu draws 895 W of the 900 W", Assert.Single(byFeed).Why, StringComparison.Ordinal);
        Assert.StartsWith("the site draws 795 W of the 800 W", Assert.Single(byGrid).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_takes_up_caps_of_a_guard_before_it()
    {
        var hall = new Rack("r1", 1000).With("low");
        hall.Caps["low"] = 300;

        var first = hall.Step(("low", 100));
        for (var i = 0; i < 11; i++)
        {
            hall.Step(("low", 100));
        }

        Assert.Empty(first);
        Assert.DoesNotContain("low", hall.Caps.Keys);
    }

    [Fact]
    public void Step_releases_nothing_while_a_node_is_silent_and_counts_all_that_it_may_draw()
    {
        var hall = new Rack("r1", 1000).With("low").With("silent");
        hall.Step(("low", 500), ("silent", 495));
        var capped = hall.Caps["low"];
        for (var i = 0; i < 100; i++)
        {
            hall.Step(("low", 100), ("silent", double.NaN));
        }

        Assert.Equal(capped, hall.Caps["low"]);
        var worst = Assert.Single(hall.Step(("low", 495), ("silent", double.NaN))); // With the 500 W that the silent one may draw.
        Assert.Equal("rack a/r1 draws 995 W of the 1000 W that it may", worst.Why);
    }

    /// <summary>Whatever went before: absurd readings never set, lift or lower a cap while the last believable ones still count, and never lift one after that.</summary>
    [Fact]
    public void Step_never_moves_a_cap_on_absurd_readings()
    {
        const int Seed = 20261126;
        var random = new Random(Seed);
        var capped = 0;
        for (var run = 0; run < 500; run++)
        {
            var hall = new Rack("r1", 1000).With("a", priority: random.Next(3)).With("b", priority: random.Next(3)).With("c", isCappable: random.Next(2) == 0);
            for (var i = random.Next(1, 30); i >= 0; i--)
            {
                hall.Step(("a", random.Next(100, 500)), ("b", random.Next(100, 500)), ("c", random.Next(0, 200)));
            }

            hall.Repeat(); // What the last readings lead to.
            var before = hall.Caps.ToDictionary();
            capped += before.Count;
            for (var i = 0; i < 2; i++)
            {
                hall.Step(("a", Absurd()), ("b", Absurd()), ("c", Absurd()));
                Assert.True(before.Count == hall.Caps.Count && before.All(cap => hall.Caps[cap.Key] == cap.Value), $"seed {Seed}, run {run}: a cap moved at once");
            }

            for (var i = 0; i < 30; i++)
            {
                hall.Step(("a", Absurd()), ("b", Absurd()), ("c", Absurd()));
                Assert.True(before.All(cap => hall.Caps.GetValueOrDefault(cap.Key, double.MaxValue) <= cap.Value), $"seed {Seed}, run {run}: a cap was lifted");
            }
        }

        Assert.True(capped > 100, $"only {capped} caps were tried");

        double Absurd() => absurd[random.Next(absurd.Length)];
    }

    /// <summary>A site of one rack, whose nodes draw up to 500 W, 100 to 400 W of it in devices; caps are taken as they are decided, and kept by the devices.</summary>
    private sealed class Rack(string name, SiteSpec site)
    {
        private readonly NodeGuard guard = new(site, new());
        private readonly List<GuardedNode> nodes = [];
        private (double Other, (string Node, double Watts)[] Readings) last;

        public Rack(string name, long limit)
            : this(name, new SiteSpec { Halls = [new() { Name = "a", Racks = [new() { Name = name, PowerLimit = new(limit) }] }] })
        {
        }

        public Dictionary<string, double> Caps { get; } = [];

        public Rack With(string node, int priority = 0, bool isCappable = true)
        {
            nodes.Add(new() { Name = node, Hall = "a", Rack = name, RatedWatts = 500, Priority = priority, LeastWatts = isCappable ? 100 : null, MostWatts = 400 });
            return this;
        }

        public void Repeat() => Step(last.Other, last.Readings);

        public IReadOnlyList<NodeCapChange> Step(params (string Node, double Watts)[] readings) => Step(0, readings);

        public IReadOnlyList<NodeCapChange> Step(double other, params (string Node, double Watts)[] readings)
        {
            last = (other, readings);
            var by = readings.ToDictionary(static reading => reading.Node, static reading => reading.Watts);
            var changes = guard.Step(
                [.. nodes.Select(node => node with { Watts = by.GetValueOrDefault(node.Name, double.NaN), CapWatts = Cap(node.Name), HeldWatts = Cap(node.Name) })], other, 5);
            foreach (var change in changes)
            {
                if (change.Watts is { } watts)
                {
                    Caps[change.Node] = watts;
                }
                else
                {
                    Caps.Remove(change.Node);
                }
            }

            return changes;
        }

        private double? Cap(string node) => Caps.TryGetValue(node, out var watts) ? watts : null;
    }
}
