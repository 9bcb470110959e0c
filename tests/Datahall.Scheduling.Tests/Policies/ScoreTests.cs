using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Policies;

/// <summary>The worked examples of docs/scheduling/policies.md.</summary>
public sealed class ScoreTests
{
    // Node a: 96 CPUs and 8 GPUs, empty. Node b: the same with 40 CPUs and 2 GPUs free, six tasks of one GPU on it.
    [Theory]
    [InlineData("best-fit", "b", 77)]
    [InlineData("spread", "a", 90)]
    [InlineData("dot-product", "b", 96)]
    [InlineData("gpu-packing", "b", 49)]
    [InlineData("gpu-clustering", "b", 93)]
    public void Choose_gives_the_scores_of_the_worked_example(string policy, string node, long score)
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", cpus: 96, gpus: 8));
        cluster.Put(An.Offer("b", cpus: 96, gpus: 8));
        for (var device = 0; device < 6; device++)
        {
            cluster.Take(new("b", device == 0 ? 6_000 : 10_000, 1L << 30, [device], 1000, 0));
        }

        var choice = PlacementPolicies.Find(policy).Choose(cluster, An.Request(cpus: 8, gpuMilli: 1000), 0)!.Value;

        Assert.Equal((node, score), (cluster.Offer(choice.Slot).Name, choice.Score));
    }

    [Theory]
    [InlineData(250, 0, 96)] // On the device with 40 % free: 100 - 40/10.
    [InlineData(700, 1, 49)] // A free device of a node in use: 50 - 1.
    public void Gpu_packing_tells_devices_in_use_from_free_ones(int milli, int device, long score)
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("n", gpus: 2));
        cluster.Take(new("n", 1000, 0, [0], 600, 0));

        var choice = PlacementPolicies.Find("gpu-packing").Choose(cluster, An.Request(gpuMilli: milli), 0)!.Value;

        Assert.Equal((device, score), (choice.Devices[0], choice.Score));
    }

    [Fact]
    public void Energy_prefers_the_cheaper_node_once_prices_are_known()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", gpus: 1));
        cluster.Put(An.Offer("b", gpus: 1));
        var policy = PlacementPolicies.Find("energy");
        var request = An.Request(cpus: 1, gpuMilli: 1000); // 5 W + 400 W

        var before = cluster.Offer(policy.Choose(cluster, request, 0)!.Value.Slot).Name;
        cluster.SetEnergyPrice("a", 1.8);
        cluster.SetEnergyPrice("b", 1.5);
        cluster.SetEnergyPrice("not there", 1);
        var choice = policy.Choose(cluster, request, 0)!.Value;

        Assert.Equal("a", before);
        Assert.Equal(("b", 62_208_398), (cluster.Offer(choice.Slot).Name, choice.Score)); // 100 × 1000 / (1000 + 1.5 × 405)
    }

    [Fact]
    public void Data_prefers_nodes_that_hold_what_the_task_reads()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a"));
        cluster.Put(An.Offer("b") with { Artifacts = new HashSet<string> { "corpus" } });
        var request = An.RequestOf(new() { Data = ["corpus", "model"], Run = An.Run });

        var choice = PlacementPolicies.Find("data").Choose(cluster, request, 0)!.Value;

        Assert.Equal(("b", 50), (cluster.Offer(choice.Slot).Name, choice.Score));
        Assert.Null(PlacementPolicies.Find("data,data-local").Choose(cluster, request, 0));
    }

    [Fact]
    public void Weighed_scores_are_added_as_points()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a"));
        cluster.Put(An.Offer("b") with { Artifacts = new HashSet<string> { "corpus" } });
        cluster.Take(new("a", 7000, 0, [], 0, 0));
        var request = An.RequestOf(new() { Resources = new() { Cpu = new(1000) }, Data = ["corpus"], Run = An.Run });

        // best-fit: a floor(100 − 50×0/8 − 50×64/64) = 50, b floor(100 − 50×7/8 − 50) = 6; data: a 0, b 100.
        Assert.Equal(("a", 50L), Choose("best-fit"));
        Assert.Equal(("a", 150_000L), Choose("best-fit:3,data:0.5"));
        Assert.Equal(("b", 218_000L), Choose("best-fit:3,data:2"));

        (string, long) Choose(string policy)
        {
            var choice = PlacementPolicies.Find(policy).Choose(cluster, request, 0)!.Value;
            return (cluster.Offer(choice.Slot).Name, choice.Score);
        }
    }

    [Theory]
    [InlineData(AffinityMode.Near, AffinityScope.Node, true, "b1")]
    [InlineData(AffinityMode.Near, AffinityScope.Rack, true, "b1")]
    [InlineData(AffinityMode.Away, AffinityScope.Node, true, "a1")]
    [InlineData(AffinityMode.Away, AffinityScope.Rack, true, "a1")]
    [InlineData(AffinityMode.Near, AffinityScope.Node, false, "b1")]
    public void Affinity_is_a_filter_when_required_and_a_score_otherwise(AffinityMode mode, AffinityScope scope, bool required, string node)
    {
        var cluster = new ClusterState();
        foreach (var name in new[] { "a1", "b1", "b2" })
        {
            cluster.Put(An.Offer(name) with { Topology = ["s", "h", "", name[..1], ""] });
        }

        var request = An.RequestOf(new()
        {
            Affinity = [new() { Mode = mode, Scope = scope, Required = required, Labels = new Dictionary<string, string> { ["app"] = "ps" } }],
            Run = An.Run,
        });
        var policy = PlacementPolicies.Find("affinity");
        var before = policy.Choose(cluster, request, 0);
        var held = new Holding("b1", 0, 0, [], 0, 0) { Labels = new Dictionary<string, string> { ["app"] = "ps", ["tier"] = "1" } };

        cluster.Take(held);
        var during = policy.Choose(cluster, request, 0);
        cluster.Give(held);

        Assert.Equal(mode is AffinityMode.Away || !required, before is not null);
        Assert.Equal(node, cluster.Offer(during!.Value.Slot).Name);
        Assert.Equal(before, policy.Choose(cluster, request, 0));
    }
}
