using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Fragmentation;

public sealed class ForesightTests
{
    [Fact]
    public void Devices_that_only_some_tasks_can_use_others_for_are_kept_for_them()
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 20; i++)
        {
            cluster.Put(An.Offer($"n{i:D2}", gpus: 1, model: i < 10 ? "T4" : "A100"));
            cluster.Mix.Add(An.Request(gpuMilli: 1000, models: i % 2 == 0 ? ["T4"] : null));
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.StartsWith("n1", An.Place(cluster, An.Request(gpuMilli: 1000), "foresight")!.Value.Node, StringComparison.Ordinal);
        }

        Assert.StartsWith("n0", An.Place(cluster, An.Request(gpuMilli: 1000), "foresight")!.Value.Node, StringComparison.Ordinal); // What fits is placed.
    }

    [Fact]
    public void A_share_goes_where_the_rest_can_be_used()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("n", cpus: 32, gpus: 4));
        cluster.Take(new("n", 1000, 0, [0, 3], 1000, 0));
        cluster.Take(new("n", 1000, 0, [1], 400, 0)); // 0.6 left: another 0.6 fills it
        cluster.Take(new("n", 1000, 0, [2], 300, 0)); // 0.7 left: 0.1 would be lost
        for (var i = 0; i < 10; i++)
        {
            cluster.Mix.Add(An.Request(gpuMilli: 600));
            cluster.Mix.Add(An.Request(gpuMilli: 400));
        }

        Assert.Equal([1], An.Place(cluster, An.Request(gpuMilli: 600), "foresight")!.Value.Devices);
    }

    [Fact]
    public void Without_a_mix_it_is_best_fit()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", gpus: 4));
        cluster.Put(An.Offer("b", gpus: 1));

        Assert.Equal("b", An.Place(cluster, An.Request(gpuMilli: 500), "foresight")!.Value.Node);
        Assert.InRange(((ScorePolicy)PlacementPolicies.Find("foresight")).Points(-128 * 50), 49.9, 50.1); // 50 steps of 20 ‰ are a whole device.
    }
}
