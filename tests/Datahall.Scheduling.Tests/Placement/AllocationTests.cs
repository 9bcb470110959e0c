using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Placement;

/// <summary>The gate on allocation: a placement on a node of up to eight devices allocates nothing.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData("best-fit")]
    [InlineData("spread")]
    [InlineData("dot-product")]
    [InlineData("gpu-packing")]
    [InlineData("gpu-clustering")]
    [InlineData("energy")]
    [InlineData("best-fit:3,energy:1,keep-gpu-nodes")]
    public void A_placement_allocates_nothing(string name)
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 500; i++)
        {
            cluster.Put(An.Offer($"n{i:D3}", cpus: 64, gpus: 8));
        }

        var policy = PlacementPolicies.Find(name);
        var requests = new[] { 1000, 250, 4000 }.Select(milli => An.Request(gpuMilli: milli)).ToArray();

        var bytes = Allocation.Of(() => Churn(cluster, policy, requests, 3000));

        Assert.True(bytes < 3000, $"{name}: {bytes} bytes for 3000 placements");
    }

    [Fact]
    public void A_gang_allocates_its_plan_and_nothing_more_than_64_bytes_a_member()
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 500; i++)
        {
            cluster.Put(An.Offer($"n{i:D3}", cpus: 64, gpus: 8) with { Topology = ["s", "h", $"l{i / 100}", $"r{i / 10:D2}", ""] });
        }

        var placer = new GangPlacer();
        var policy = PlacementPolicies.Find("best-fit");
        var requests = Enumerable.Repeat(An.Request(gpuMilli: 1000), 64).ToArray();
        var draws = new ulong[64];
        placer.Place(cluster, requests, policy, draws);
        placer.Place(cluster, requests, policy, draws);

        var before = GC.GetAllocatedBytesForCurrentThread();
        placer.Place(cluster, requests, policy, draws);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 64 * 64);
    }

    private static void Churn(ClusterState cluster, IPlacementPolicy policy, PlacementRequest[] requests, int placements)
    {
        for (var i = 0; i < placements; i++)
        {
            var request = requests[i % requests.Length];
            var choice = policy.Choose(cluster, request, (ulong)i)!.Value;
            var holding = new Holding(cluster.Offer(choice.Slot).Name, request.CpuMilli, request.MemoryBytes, choice.Devices, request.MilliPerDevice, 0);
            cluster.Take(holding);
            if (i % 8 != 0)
            {
                cluster.Give(holding);
            }
        }
    }
}
