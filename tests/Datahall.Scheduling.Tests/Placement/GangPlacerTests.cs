using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Placement;

public sealed class GangPlacerTests
{
    private static readonly IPlacementPolicy Policy = PlacementPolicies.Find("best-fit");

    [Theory]
    [InlineData(2, "nvlink-domain", 1)]
    [InlineData(3, "rack", 1)]
    [InlineData(4, "rack", 1)]
    [InlineData(5, "leaf", 2)]
    [InlineData(8, "leaf", 2)]
    [InlineData(9, "hall", 3)]
    [InlineData(16, "hall", 4)]
    [InlineData(17, "cluster", 5)]
    [InlineData(32, "cluster", 8)]
    public void A_gang_goes_into_the_narrowest_domain_that_holds_it_and_over_as_few_racks_as_possible(int members, string level, int racks)
    {
        var cluster = Hall();

        var plan = Place(cluster, Enumerable.Repeat(An.Request(cpus: 8), members));

        Assert.Equal(level, plan.Level);
        Assert.Equal(racks, plan.Members.Select(m => cluster.Offer(m.Slot).Topology[3]).Distinct().Count());
        Assert.Equal(members, plan.Members.Select(m => m.Slot).Distinct().Count());
    }

    [Fact]
    public void A_task_alone_goes_to_the_node_its_policy_prefers()
    {
        var cluster = Hall();
        for (var slot = 0; slot < cluster.Slots; slot++)
        {
            cluster.SetEnergyPrice(cluster.Offer(slot).Name, slot == 20 ? 1.1 : 2);
        }

        var plan = new GangPlacer().Place(cluster, [An.Request(cpus: 8)], PlacementPolicies.Find("energy"), [0]);

        Assert.Equal((20, "cluster"), (plan.Members.Single().Slot, plan.Level));
    }

    [Fact]
    public void The_tightest_domain_that_holds_the_gang_comes_first()
    {
        var cluster = Hall();
        cluster.Take(new("n06", 8000, 0, [], 0, 0)); // The second rack has three nodes left.

        var plan = Place(cluster, Enumerable.Repeat(An.Request(cpus: 8), 3));

        Assert.Equal(["r1"], plan.Members.Select(m => cluster.Offer(m.Slot).Topology[3]).Distinct());
    }

    [Fact]
    public void Roles_of_one_gang_share_the_domain()
    {
        var cluster = Hall();
        var requests = new[] { An.Request(cpus: 4), An.Request(cpus: 8), An.Request(cpus: 8), An.Request(cpus: 4) };

        var plan = Place(cluster, requests);

        Assert.Equal("rack", plan.Level);
        Assert.Single(plan.Members.Select(m => cluster.Offer(m.Slot).Topology[3]).Distinct());
    }

    [Fact]
    public void A_gang_without_room_is_refused_whole_and_says_which_member_has_none()
    {
        var cluster = Hall();

        var plan = Place(cluster, Enumerable.Repeat(An.Request(cpus: 8), 33));

        Assert.Empty(plan.Members);
        Assert.Equal((32, "0/32 nodes: 32 lack 8 free CPUs"), (plan.Refusal!.Placed, plan.Refusal.Reason.ToString()));
    }

    [Fact]
    public void A_gang_is_whole_or_absent_within_capacity_and_leaves_the_cluster_as_it_was()
    {
        const ulong seed = 77;
        var cluster = Hall();
        var placer = new GangPlacer();
        for (var step = 0UL; step < 400; step++)
        {
            var draw = SplitMix.Next(seed + step);
            var requests = Enumerable.Range(0, (int)(draw % 12) + 1).Select(i => An.Request(cpus: (int)((draw >> (i % 4)) % 3) + 1)).ToList();
            var before = Snapshot(cluster);

            var plan = placer.Place(cluster, requests, Policy, new ulong[requests.Count]);

            Assert.True(before.SequenceEqual(Snapshot(cluster)), $"step {step} of seed {seed} left traces");
            Assert.True(plan.Refusal is null ? plan.Members.Count == requests.Count : plan.Members.Count == 0);
            for (var i = 0; i < plan.Members.Count; i++)
            {
                An.Take(cluster, requests[i], plan.Members[i]);
            }

            Assert.All(Snapshot(cluster), free => Assert.True(free >= 0, $"step {step} of seed {seed} is over capacity"));
        }
    }

    // A site of two halls, each of two leaves of two racks of four nodes, two in an NVLink domain.
    private static ClusterState Hall()
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 32; i++)
        {
            cluster.Put(An.Offer($"n{i:D2}") with { Topology = [i < 16 ? "s1" : "s2", $"h{i / 16}", $"l{i / 8}", $"r{i / 4}", $"d{i / 2}"] });
        }

        return cluster;
    }

    private static GangPlan Place(ClusterState cluster, IEnumerable<PlacementRequest> requests)
    {
        var members = requests.ToList();
        return new GangPlacer().Place(cluster, members, Policy, new ulong[members.Count]);
    }

    private static List<long> Snapshot(ClusterState cluster) => [.. cluster.CpuFree, .. cluster.MemoryFree];
}
