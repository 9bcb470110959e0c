using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Policies;

public sealed class RandomPolicyTests
{
    [Fact]
    public void Choose_takes_each_node_that_fits_about_equally_often_and_the_same_for_the_same_draw()
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 4; i++)
        {
            cluster.Put(An.Offer($"n{i}", cpus: i == 3 ? 1 : 8));
        }

        var policy = PlacementPolicies.Find("random");
        var request = An.Request(cpus: 2);
        var counts = Enumerable.Range(0, 3000).GroupBy(draw => policy.Choose(cluster, request, (ulong)draw)!.Value.Slot).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(3, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
        Assert.Equal(policy.Choose(cluster, request, 7), policy.Choose(cluster, request, 7));
    }

    [Fact]
    public void Find_names_the_policies_there_are_when_there_is_no_such_one()
    {
        var error = Assert.Throws<ArgumentException>(() => PlacementPolicies.Find("best"));

        Assert.Contains("there is no placement policy 'best'; there are affinity, best-fit", error.Message, StringComparison.Ordinal);
    }
}
