using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Fragmentation;

/// <summary>The worked example of docs/scheduling/policies.md.</summary>
public sealed class FragmentationTests
{
    [Fact]
    public void Fragmentation_is_what_the_mix_cannot_use_in_the_mean()
    {
        var cluster = Example();
        var measure = new ExpectedFragmentation();
        measure.Refresh(cluster);

        Assert.Equal(-750, measure.Milli(measure.At(cluster, 0)));
    }

    [Fact]
    public void Choose_takes_the_device_where_fragmentation_falls_most()
    {
        var cluster = Example();

        var choice = PlacementPolicies.Find("fragmentation").Choose(cluster, An.Request(gpuMilli: 500), 0)!.Value;

        Assert.Equal((1, 62), (choice.Devices[0], choice.Score)); // floor(100 / (1 + exp(−0.5)))
    }

    [Fact]
    public void Without_a_mix_all_nodes_are_equal()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", gpus: 2));
        cluster.Put(An.Offer("b", gpus: 1));

        Assert.Equal((0, 50), PlacementPolicies.Find("fragmentation").Choose(cluster, An.Request(gpuMilli: 500), 0) is { } c ? (c.Slot, c.Score) : default);
    }

    [Fact]
    public void A_mix_shows_policies_a_change_only_when_it_is_large()
    {
        var mix = new WorkloadMix();
        for (var i = 0; i < 100; i++)
        {
            mix.Add(An.Request(gpuMilli: 1000));
        }

        var first = mix.Edition;
        mix.Remove(An.Request(gpuMilli: 500)); // Never added.
        mix.Add(An.Request(gpuMilli: 500));
        var small = mix.Edition;
        for (var i = 0; i < 30; i++)
        {
            mix.Add(An.Request(gpuMilli: 500));
        }

        Assert.Equal(first, small);
        Assert.NotEqual(first, mix.Edition);
        Assert.Equal((131, 2, 100), (mix.Total, mix.Shapes.Length, mix.Frequencies[0]));
    }

    // One node with a whole device and half of another free; of four tasks two want a device, one 0.6 of one, one none.
    private static ClusterState Example()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("n", gpus: 2));
        cluster.Take(new("n", 1000, 0, [1], 500, 0));
        foreach (var milli in new[] { 1000, 1000, 600, 0 })
        {
            cluster.Mix.Add(An.Request(gpuMilli: milli));
        }

        return cluster;
    }
}
