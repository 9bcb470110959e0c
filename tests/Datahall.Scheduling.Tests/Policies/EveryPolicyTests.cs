using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Policies;

public sealed class EveryPolicyTests
{
    public static TheoryData<string> Policies => [.. PlacementPolicies.Names, "foresight:2,spread:1,energy,keep-gpu-nodes"];

    [Theory]
    [MemberData(nameof(Policies))]
    public void No_node_is_ever_over_its_capacity_and_the_same_questions_get_the_same_answers(string policy)
    {
        const ulong seed = 20260202;

        var first = Run(policy, seed);
        var second = Run(policy, seed);

        Assert.NotEmpty(first);
        Assert.True(first.SequenceEqual(second), $"{policy} with seed {seed} answered differently the second time");
    }

    // What the tournament answers must be what a scan finds, also in a range of nodes.
    [Theory]
    [MemberData(nameof(Policies))]
    public void A_choice_in_a_range_lies_in_the_range(string name)
    {
        var cluster = Cluster(40);
        var policy = PlacementPolicies.Find(name);
        for (var from = 0; from < 40; from++)
        {
            for (var to = from; to <= 40; to += 3)
            {
                var choice = policy.Choose(cluster, An.Request(gpuMilli: 500), new(from, to), 1);
                var fits = Enumerable.Range(from, to - from).Any(rank => cluster.GpuFree[cluster.SlotAt(rank)] > 0);

                Assert.Equal(fits, choice is not null);
                Assert.True(choice is null || (cluster.Rank[choice.Value.Slot] >= from && cluster.Rank[choice.Value.Slot] < to));
            }
        }
    }

    private static ClusterState Cluster(int nodes)
    {
        var cluster = new ClusterState();
        for (var i = 0; i < nodes; i++)
        {
            cluster.Put(An.Offer($"n{i:D3}", cpus: 4 + (i % 3 * 4), gpus: i % 5, model: i % 2 == 0 ? "T4" : "A100"));
        }

        return cluster;
    }

    private static List<string> Run(string name, ulong seed)
    {
        var cluster = Cluster(30);
        var policy = PlacementPolicies.Find(name);
        var answers = new List<string>();
        var held = new List<Holding>();
        for (var step = 0UL; step < 1500; step++)
        {
            var draw = SplitMix.Next(seed + step);
            if (draw % 4 == 0 && held.Count > 0)
            {
                cluster.Give(held[(int)(draw / 8 % (ulong)held.Count)]);
                held.RemoveAt((int)(draw / 8 % (ulong)held.Count));
                continue;
            }

            var request = An.Request(
                cpus: (int)(draw / 16 % 3), gpuMilli: new[] { 0, 170, 330, 810, 1000, 2000, 4000 }[draw / 64 % 7], models: draw / 512 % 3 == 0 ? ["T4"] : null, memoryGi: 1);
            cluster.Mix.Add(request);
            if (policy.Choose(cluster, request, draw) is { } choice)
            {
                held.Add(An.Take(cluster, request, choice));
                Check(cluster, choice.Slot, request, choice, $"{name}, seed {seed}, step {step}");
                answers.Add($"{step} {cluster.Offer(choice.Slot).Name} {string.Join('+', choice.Devices)} {choice.Score}");
            }
        }

        return answers;
    }

    private static void Check(ClusterState cluster, int slot, PlacementRequest request, Choice choice, string where)
    {
        Assert.True(cluster.CpuFree[slot] >= 0 && cluster.MemoryFree[slot] >= 0, where);
        Assert.True(choice.Devices.Count == request.Devices && choice.Devices.Distinct().Count() == request.Devices, where);
        Assert.All(choice.Devices, device => Assert.True(cluster.DevicesFree(slot)[device] >= 0, where));
        Assert.True(request.Models.Length == 0 || cluster.Offer(slot).Capacity.Devices[0].Model == request.Models, where);
    }
}
