using Datahall.Energy.Capping;
using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Energy.Tests.Capping;

public sealed class TreeCappingTests
{
    private const int Seed = 17;

    private static readonly CapResponse[] Tables = [CapResponse.V100, CapResponse.A40, CapResponse.Rtx6000, CapResponse.P100];

    [Fact]
    public void Each_budget_on_the_way_holds_and_priority_pays_last()
    {
        // Two racks of 1 kW below one feed of 1.5 kW: the low one gives all it can, 600 W; no other feed is concerned.
        var tree = new FeedTree([Lossless("row", 1500), Lossless("other", 5000)], ["row", "row", "other"]);
        TreeLoad[] loads = [new(0, 1000, 400, null, 5, CapResponse.V100), new(1, 1000, 400, null, 1, CapResponse.V100), new(2, 1000, 400, null, 0, CapResponse.V100)];
        var caps = new TreeCap[3];

        var excess = new TreeCapping(tree, [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity])
            .Divide(loads, new([1500, 5000], double.PositiveInfinity), [1, 1], caps);

        Assert.Equal(0, excess);
        Assert.Equal(1, caps[0].Cap, 1e-6);
        Assert.Equal(0.5, caps[1].Cap, 1e-6);
        Assert.Equal(TreeCap.None, caps[2]);
    }

    [Fact]
    public void Losses_count_on_the_way_to_the_grid()
    {
        // 10 % are lost in the one feed: 1100 W of the grid are 1000 W behind it.
        var tree = new FeedTree([new() { Name = "ups", Kind = FeedKind.Ups, Rating = new(2000), Loss = new() { Linear = 0.1 } }], [null, null]);
        TreeLoad[] loads = [new(0, 1000, 400, null, 0, CapResponse.V100), new(1, 1000, 400, null, 0, CapResponse.V100)];
        var caps = new TreeCap[2];

        new TreeCapping(tree, [double.PositiveInfinity, double.PositiveInfinity]).Divide(loads, new([2000], 1100), [1], caps);

        Assert.Equal(1000, (caps[0].Cap + caps[1].Cap) * 1000, 0.01);
    }

    [Fact]
    public void Work_that_may_wait_is_paused_before_a_higher_priority_is_capped()
    {
        var tree = new FeedTree([Lossless("row", 1500)], ["row", "row"]);
        TreeLoad[] loads = [new(0, 1000, 400, null, 5, CapResponse.V100), new(1, 1000, 400, 100, 1, CapResponse.V100)];
        var caps = new TreeCap[2];

        new TreeCapping(tree, [double.PositiveInfinity, double.PositiveInfinity]).Divide(loads, new([1250], double.PositiveInfinity), [1], caps);

        Assert.Equal(TreeCap.None, caps[0]);
        Assert.Equal(0.4, caps[1].Cap);
        Assert.Equal(0.5, caps[1].Running, 1e-6); // 250 W: half of it at 400 W, half paused at 100 W.
    }

    [Fact]
    public void A_floor_above_the_budget_is_told()
    {
        var tree = new FeedTree([Lossless("row", 1500)], ["row"]);
        var caps = new TreeCap[2];

        var excess = new TreeCapping(tree, [700]).Divide([new(0, 1000, 400, null, 0, CapResponse.V100), new(0, 500, 500, null, 0, null)], new([800], 850), [1], caps);

        Assert.Equal(200, excess, 1e-9); // The rack's 700 W: 400 + 500 W.
        Assert.Equal(0.4, caps[0].Cap);
        Assert.Equal(TreeCap.None, caps[1]); // What cannot be capped is not.
    }

    [Fact]
    public void Random_trees_keep_every_budget_every_floor_and_every_priority()
    {
        var random = new Random(Seed);
        for (var trial = 0; trial < 300; trial++)
        {
            var site = new RandomSite(random);

            var excess = site.Divide();

            var message = $"trial {trial} of seed {Seed}";
            Assert.All(site.Caps, (cap, i) => Assert.InRange(cap.Cap, site.Loads[i].Response?.LowestCap ?? 1, 1));
            Assert.All(site.Caps, static cap => Assert.InRange(cap.Running, 0, 1));
            if (excess == 0)
            {
                Assert.True(site.WorstShare() <= 1 + 1e-6, $"{message}: a budget is exceeded, {site.WorstShare()}");
            }

            site.CheckPriorities(message);
        }
    }

    [Fact]
    public void Without_losses_no_exchange_of_watts_would_save_work()
    {
        var random = new Random(Seed);
        for (var trial = 0; trial < 60; trial++)
        {
            var site = new RandomSite(random, losses: false, priorities: 1);
            if (site.Divide() > 0)
            {
                continue;
            }

            var work = site.Work(site.Caps);
            for (var give = 0; give < site.Loads.Length; give++)
            {
                for (var take = 0; take < site.Loads.Length; take++)
                {
                    if (give != take && site.Exchanged(give, take, watts: 3) is { } changed)
                    {
                        Assert.True(site.Work(changed) <= work + 1e-6, $"trial {trial} of seed {Seed}: 3 W from {give} to {take} would do more work");
                    }
                }
            }
        }
    }

    [Fact]
    public void Divide_refuses_nonsense()
    {
        var capping = new TreeCapping(new FeedTree([Lossless("row", 1500)], ["row"]), [1000]);

        Assert.Throws<ArgumentException>(() => capping.Divide([new(0, 100, 200, null, 0, null)], new([1], 1), [1], new TreeCap[1]));
        Assert.Throws<ArgumentException>(() => capping.Divide([new(0, 100, 50, 60, 0, null)], new([1], 1), [1], new TreeCap[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => capping.Divide([new(0, double.NaN, 0, null, 0, null)], new([1], 1), [1], new TreeCap[1]));
        Assert.Throws<ArgumentException>(() => capping.Divide([], new([1, 2], 1), [1], []));
    }

    private static Feed Lossless(string name, long watts) => new() { Name = name, Kind = FeedKind.Pdu, Rating = new(watts), Loss = new() };

    private sealed class RandomSite
    {
        private readonly FeedTree tree;
        private readonly double[] rackLimits;
        private readonly double[] budgets;
        private readonly double[] shares;
        private readonly double grid;
        private readonly string?[] feedOfRack;
        private readonly Feed[] feeds;

        public RandomSite(Random random, bool losses = true, int priorities = 3)
        {
            var count = random.Next(1, 7);
            feeds = [.. Enumerable.Range(0, count).Select(i => new Feed
            {
                Name = $"f{i}",
                Kind = i == 0 ? FeedKind.Ups : FeedKind.Pdu,
                Rating = new(random.Next(2000, 8000)),
                Parent = i > 0 && random.Next(4) > 0 ? $"f{random.Next(i)}" : null,
                Loss = losses ? null : new(),
            })];
            var racks = random.Next(1, 9);
            // Without losses each rack has a feed: only then are the budgets laminar.
            feedOfRack = [.. Enumerable.Range(0, racks).Select(_ => losses && random.Next(3) == 0 ? null : $"f{random.Next(count)}")];
            tree = new(feeds, feedOfRack);
            rackLimits = [.. Enumerable.Range(0, racks).Select(_ => random.Next(3) == 0 ? random.Next(500, 1500) : double.PositiveInfinity)];
            budgets = [.. Enumerable.Range(0, count).Select(i => random.Next(4) == 0 ? double.PositiveInfinity : tree.LossOf(i).RatingWatts * (0.3 + random.NextDouble()))];
            shares = [.. Enumerable.Range(0, count).Select(_ => losses && random.Next(6) == 0 ? 0.5 : 1.0)];
            grid = random.Next(3) == 0 ? double.PositiveInfinity : random.Next(1000, 12_000);
            Loads = [.. Enumerable.Range(0, random.Next(1, 16)).Select(_ => LoadIn(random, racks, priorities))];
            Caps = new TreeCap[Loads.Length];
        }

        public TreeLoad[] Loads { get; }

        public TreeCap[] Caps { get; }

        public double Divide() => new TreeCapping(tree, rackLimits).Divide(Loads, new(budgets, grid), shares, Caps);

        /// <summary>The highest load of a budget over itself, added up anew.</summary>
        public double WorstShare() => Shares(Caps).Max();

        /// <summary>A load below its rated power: no lower priority that shares a full budget may be above its floor.</summary>
        public void CheckPriorities(string message)
        {
            for (var i = 0; i < Loads.Length; i++)
            {
                var raised = (TreeCap[])Caps.Clone();
                if (Caps[i] == TreeCap.None || Raised(i) is not { } more)
                {
                    continue;
                }

                raised[i] = more;
                for (var j = 0; j < Loads.Length; j++)
                {
                    if (Loads[j].Priority < Loads[i].Priority && IsAboveFloor(j))
                    {
                        var swapped = (TreeCap[])raised.Clone();
                        swapped[j] = FloorOf(j);
                        Assert.False(
                            Watts(j, Caps[j]) - Watts(j, swapped[j]) > 5 && Shares(swapped).Max() <= 1, $"{message}: load {i} is capped though load {j} of a lower priority could make room");
                    }
                }
            }
        }

        public TreeCap[]? Exchanged(int give, int take, double watts)
        {
            var changed = (TreeCap[])Caps.Clone();
            if (Shifted(give, -watts) is not { } less || Shifted(take, watts) is not { } more)
            {
                return null;
            }

            (changed[give], changed[take]) = (less, more);
            return Shares(changed).Max() <= 1 + 1e-9 ? changed : null;
        }

        public double Work(TreeCap[] caps) => caps.Select((cap, i) => Loads[i].RatedWatts * (Loads[i].Response is { } r ? OnHull(r, cap.Cap) : 1)).Sum();

        private static double OnHull(CapResponse response, double cap)
        {
            var hull = response.Hull;
            var k = Enumerable.Range(0, hull.Count - 1).Last(j => hull[j].Cap <= cap + 1e-12);
            return hull[k].Throughput + ((hull[k + 1].Throughput - hull[k].Throughput) * (cap - hull[k].Cap) / (hull[k + 1].Cap - hull[k].Cap));
        }

        private static TreeLoad LoadIn(Random random, int racks, int priorities)
        {
            var (rated, response) = (random.Next(100, 1200), random.Next(5) == 0 ? null : Tables[random.Next(Tables.Length)]);
            var floor = response is null ? rated : rated * (response.LowestCap + (0.1 * random.NextDouble()));
            return new(random.Next(racks), rated, floor, priorities > 1 && random.Next(4) == 0 ? floor * 0.3 : null, random.Next(priorities), response);
        }

        private IEnumerable<double> Shares(TreeCap[] caps)
        {
            var (draw, load) = (new double[rackLimits.Length], new double[budgets.Length]);
            foreach (var (i, cap) in caps.Index())
            {
                draw[Loads[i].Rack] += Watts(i, cap);
            }

            var sums = tree.Load(draw, load, shares);
            var total = draw.Sum() + sums.Ups + sums.Pdu + sums.Rack;
            return [total / grid, .. load.Select((watts, i) => watts / budgets[i]), .. draw.Select((watts, i) => watts / rackLimits[i])];
        }

        private double Watts(int i, TreeCap cap)
        {
            var load = Loads[i];
            var lowest = load.Response?.LowestCap ?? 1;
            var running = lowest < 1 ? load.FloorWatts + ((cap.Cap - lowest) / (1 - lowest) * (load.RatedWatts - load.FloorWatts)) : load.RatedWatts;
            return (cap.Running * running) + ((1 - cap.Running) * (load.PausedWatts ?? 0));
        }

        private TreeCap FloorOf(int i) => new(Loads[i].Response?.LowestCap ?? 1, Loads[i].PausedWatts is null ? 1 : 0);

        private bool IsAboveFloor(int i) => Watts(i, Caps[i]) > Watts(i, FloorOf(i)) + 5;

        private TreeCap? Raised(int i) => Caps[i].Running < 1 ? Caps[i] with { Running = Math.Min(1, Caps[i].Running + 0.002) } : Shifted(i, 1);

        private TreeCap? Shifted(int i, double watts)
        {
            var load = Loads[i];
            if (load.Response is not { LowestCap: var lowest } || Caps[i].Running < 1)
            {
                return null;
            }

            var cap = Caps[i].Cap + (watts * (1 - lowest) / (load.RatedWatts - load.FloorWatts));
            return cap >= lowest && cap <= 1 ? new(cap, 1) : null;
        }
    }
}
