using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Policies;

public sealed class BestFitTests
{
    [Fact]
    public void Choose_takes_the_fullest_node_that_fits_and_the_smaller_name_among_equals()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("c", cpus: 8));
        cluster.Put(An.Offer("a", cpus: 8));
        cluster.Put(An.Offer("b", cpus: 4));

        var choices = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            choices.Add(An.Place(cluster, An.Request(cpus: 2))!.Value.Node);
        }

        Assert.Equal(["b", "b", "a", "a", "a"], choices);
    }

    [Fact]
    public void Choose_packs_shares_on_the_tightest_device_and_whole_devices_by_index()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("n", gpus: 3));

        var devices = new[] { 400, 700, 300, 600 }.Select(milli => An.Place(cluster, An.Request(gpuMilli: milli))!.Value.Devices[0]).ToList();

        Assert.Equal([0, 1, 1, 0], devices);
        Assert.Equal([2], An.Place(cluster, An.Request(gpuMilli: 1000))!.Value.Devices);
        Assert.Null(An.Place(cluster, An.Request(gpuMilli: 100)));
    }

    // The tournament must answer as a plain scan does, whatever happened in between.
    [Fact]
    public void Choose_answers_as_a_scan_over_all_nodes_would()
    {
        const ulong seed = 20260101;
        var cluster = new ClusterState();
        var held = new List<Holding>();
        for (var step = 0UL; step < 40_000; step++)
        {
            var draw = SplitMix.Next(seed + step);
            switch (draw % 16)
            {
                case 0:
                    cluster.Put(An.Offer($"n{draw / 16 % 60}", cpus: (int)(draw / 1024 % 8) + 1, gpus: (int)(draw / 8192 % 5), state: (OfferState)(draw / 65536 % 8 == 0 ? 1 : 0)));
                    break;
                case 1 when held.Count > 0 && draw / 16 % 4 == 0:
                    var gone = $"n{draw / 64 % 60}";
                    held.RemoveAll(h => h.Node == gone);
                    cluster.Remove(gone);
                    break;
                case < 6 when held.Count > 0:
                    var index = (int)(draw / 16 % (ulong)held.Count);
                    cluster.Give(held[index]);
                    held.RemoveAt(index);
                    break;
                default:
                    // Some requests come again only after thousands of changes.
                    var request = An.Request(memoryGi: draw / 4096 % 2000 == 0 ? 2 : 1, cpus: (int)(draw / 16 % 3) + 1, gpuMilli: new[] { 0, 0, 250, 500, 1000, 2000 }[draw / 64 % 6]);
                    var expected = NodeScan.Best(cluster, request, NodeRange.All, new Plain(cluster, request));
                    var actual = PlacementPolicies.Find("best-fit").Choose(cluster, request, 0);
                    Assert.True(actual is null ? expected.Slot < 0 : expected == (actual.Value.Slot, actual.Value.Score), $"step {step} of seed {seed}: {expected} is not {actual}");
                    if (actual is not null)
                    {
                        held.Add(An.Take(cluster, request, actual.Value));
                    }

                    break;
            }
        }

        Assert.NotEmpty(held);
    }

    [Fact]
    public void Choose_is_right_after_more_changes_than_are_remembered()
    {
        var cluster = new ClusterState();
        for (var i = 0; i < 100; i++)
        {
            cluster.Put(An.Offer($"n{i:D2}"));
        }

        var rare = An.Request(cpus: 8);
        var policy = PlacementPolicies.Find("best-fit");
        var before = policy.Choose(cluster, rare, 0)!.Value;
        for (var i = 0; i < 10_000; i++)
        {
            cluster.Give(An.Place(cluster, An.Request())!.Value);
        }

        An.Take(cluster, rare, before);

        Assert.Equal("n01", cluster.Offer(policy.Choose(cluster, rare, 0)!.Value.Slot).Name);
    }

    private readonly struct Plain(ClusterState cluster, PlacementRequest request) : INodeScore
    {
        private readonly long cpuMax = cluster.LargestCpuMilli;
        private readonly long gpuMax = cluster.LargestGpuMilli;
        private readonly long memoryMax = cluster.LargestMemoryBytes;

        public long Score(ClusterState cluster, int slot)
        {
            var gpu = (long)request.Devices * request.MilliPerDevice;
            var other = gpuMax > 0
                ? 50.0 / gpuMax * (cluster.GpuFree[slot] - gpu)
                : 50.0 / memoryMax * (cluster.MemoryFree[slot] - request.MemoryBytes);
            return (long)Math.Floor(100 - (50.0 / cpuMax * (cluster.CpuFree[slot] - request.CpuMilli)) - other);
        }
    }
}
