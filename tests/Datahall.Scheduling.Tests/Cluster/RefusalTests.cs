using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Tests.Cluster;

public sealed class RefusalTests
{
    [Fact]
    public void Each_node_counts_for_the_first_reason_that_holds()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", gpus: 1));
        cluster.Put(An.Offer("b", gpus: 1));
        cluster.Put(An.Offer("c", gpus: 4, model: "A100"));
        cluster.Put(An.Offer("d", gpus: 4, state: OfferState.Cordoned));
        cluster.Put(An.Offer("e", gpus: 4, taints: new Taint { Key = "own", Value = "search" }));
        cluster.Put(An.Offer("f", cpus: 1, gpus: 4));

        var refusal = new Refusal(cluster, An.Request(cpus: 2, gpuMilli: 2000, models: ["H100"]));

        Assert.Equal(
            "0/6 nodes: 2 lack 2 free GPUs, 1 cordoned, 1 has a taint that is not tolerated, 1 lacks a GPU of model H100, 1 lacks 2 free CPUs",
            refusal.ToString());
    }

    [Theory]
    [InlineData(null, "name", "b", null, "b")]
    [InlineData("own", "name", "e", "own", "e")]
    [InlineData("own", "name", "e", null, null)]
    public void Selectors_and_tolerations_are_heeded(string? taint, string key, string value, string? tolerates, string? node)
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("b"));
        cluster.Put(An.Offer("e", taints: taint is null ? [] : [new() { Key = taint }]));

        var holding = An.Place(cluster, An.Request(selector: (key, value), tolerates: tolerates));

        Assert.Equal(node, holding?.Node);
    }

    [Fact]
    public void Without_nodes_it_says_so() =>
        Assert.Equal("there are no nodes yet", new Refusal(new ClusterState(), An.Request()).ToString());

    [Fact]
    public void A_node_that_shrinks_keeps_what_is_taken_and_offers_no_more()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("n", cpus: 4, gpus: 2));
        var held = An.Place(cluster, An.Request(cpus: 3, gpuMilli: 2000))!.Value;

        cluster.Put(An.Offer("n", cpus: 2, gpus: 1));
        var whileHeld = An.Place(cluster, An.Request());
        cluster.Give(held);

        Assert.Null(whileHeld);
        Assert.Equal([0], An.Place(cluster, An.Request(cpus: 2, gpuMilli: 1000))!.Value.Devices);
        Assert.Null(An.Place(cluster, An.Request()));
    }
}
