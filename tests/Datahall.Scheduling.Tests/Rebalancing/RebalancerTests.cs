using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;
using Datahall.Scheduling.Rebalancing;

namespace Datahall.Scheduling.Tests.Rebalancing;

public sealed class RebalancerTests
{
    [Theory]
    [InlineData("foresight")]
    [InlineData("fragmentation")]
    public void Two_halves_are_joined_when_whole_devices_are_wanted(string policy)
    {
        var (cluster, movable) = Halves();

        var moves = new Rebalancer(policy).Propose(cluster, movable, 4);

        var move = Assert.Single(moves);
        Assert.Equal(("task-b", "b", "a"), (move.Task, move.From, move.To));
        Assert.True(policy == "foresight" ? move.Gain > 0 : move.Gain == 750);
        Assert.Equal((500, 500), (cluster.GpuFree[0], cluster.GpuFree[1])); // Only proposed.
    }

    [Fact]
    public void A_move_that_costs_more_than_it_wins_is_not_proposed()
    {
        var (cluster, movable) = Halves();

        var moves = new Rebalancer("fragmentation").Propose(cluster, [.. movable.Select(m => m with { Cost = 1000 })], 4);

        Assert.Empty(moves);
    }

    [Theory]
    [InlineData("foresight")]
    [InlineData("fragmentation")]
    [InlineData("best-fit")]
    public void Moves_are_bounded_feasible_in_their_order_never_make_it_worse_and_are_the_same_again(string policy)
    {
        for (var seed = 1UL; seed <= 12; seed++)
        {
            var (cluster, movable) = Scattered(seed);
            var rebalancer = new Rebalancer(policy);
            var measure = (PotentialPolicy)PlacementPolicies.Find(policy == "best-fit" ? "foresight" : policy);

            var moves = rebalancer.Propose(cluster, movable, 5);
            var again = rebalancer.Propose(cluster, movable, 5);

            Assert.True(moves.Count <= 5, $"seed {seed}");
            Assert.Equal(moves.Select(m => (m.Task, m.To, m.Devices[0])), again.Select(m => (m.Task, m.To, m.Devices[0])));
            foreach (var move in moves)
            {
                var before = Total(cluster, measure);
                var task = movable.Single(m => m.Task == move.Task);
                var request = task.Request;
                cluster.Give(task.Holding);
                var slot = cluster.SlotOf(move.To);
                Assert.True(cluster.CpuFree[slot] >= request.CpuMilli && move.Devices.All(d => cluster.DevicesFree(slot)[d] >= request.MilliPerDevice), $"seed {seed}");
                cluster.Take(task.Holding with { Node = move.To, Devices = move.Devices });
                Assert.True(Total(cluster, measure) >= before, $"{move} of seed {seed} makes it worse");
            }
        }
    }

    private static long Total(ClusterState cluster, PotentialPolicy policy)
    {
        var potential = policy.PotentialOf(cluster);
        potential.Refresh(cluster);
        return Enumerable.Range(0, cluster.Slots).Sum(slot => potential.At(cluster, slot));
    }

    // Two nodes with half a device taken each; three of four tasks want a whole one.
    private static (ClusterState Cluster, List<MovableTask> Movable) Halves()
    {
        var cluster = new ClusterState();
        var request = An.Request(gpuMilli: 500);
        var movable = new List<MovableTask>();
        foreach (var name in new[] { "a", "b" })
        {
            cluster.Put(An.Offer(name, gpus: 1));
            var holding = new Holding(name, request.CpuMilli, request.MemoryBytes, [0], 500, 0);
            cluster.Take(holding);
            movable.Add(new($"task-{name}", request, holding, 0));
        }

        foreach (var milli in new[] { 1000, 1000, 1000, 500 })
        {
            cluster.Mix.Add(An.Request(gpuMilli: milli));
        }

        return (cluster, movable);
    }

    private static (ClusterState Cluster, List<MovableTask> Movable) Scattered(ulong seed)
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 20; i++)
        {
            cluster.Put(An.Offer($"n{i:D2}", cpus: 16, gpus: 4));
        }

        var movable = new List<MovableTask>();
        for (var step = 0UL; step < 60; step++)
        {
            var draw = SplitMix.Next((seed << 32) + step);
            var request = An.Request(gpuMilli: new[] { 250, 330, 500, 810, 1000, 4000 }[draw % 6]);
            cluster.Mix.Add(request);
            if (An.Place(cluster, request, "random", draw) is { } holding)
            {
                movable.Add(new($"t{step:D2}", request, holding, step % 3 == 0 ? 50 : 0));
            }
        }

        return (cluster, movable);
    }
}
