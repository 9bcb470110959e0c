using Datahall.Scheduling.Cluster;

namespace Datahall.Scheduling.Tests.Cluster;

public sealed class MovedNodeTests
{
    /// <summary>Nodes that get another place, one after the other, stay in the order of places.</summary>
    [Fact]
    public void Put_keeps_the_order_of_nodes_when_they_move()
    {
        var (cluster, random) = (new ClusterState(), new Random(1));
        var racks = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var step = 0; step < 500; step++)
        {
            var node = $"n{random.Next(12)}";
            racks[node] = $"r{random.Next(4)}";
            cluster.Put(An.Offer(node) with { Topology = random.Next(3) == 0 ? [] : ["s", "h", "", racks[node], ""] });

            string[] byRank = [.. Enumerable.Range(0, cluster.Slots).OrderBy(slot => cluster.Rank[slot]).Select(slot => string.Join('/', cluster.Offer(slot).Topology) + ":" + cluster.Offer(slot).Name)];
            Assert.Equal(byRank.Order(StringComparer.Ordinal), byRank);
            Assert.Equal(Enumerable.Range(0, cluster.Slots), cluster.Rank.ToArray().Order());
        }
    }
}
