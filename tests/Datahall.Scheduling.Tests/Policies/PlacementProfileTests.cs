using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Tests.Policies;

public sealed class PlacementProfileTests
{
    [Theory]
    [InlineData("foresight:3, energy , keep-gpu-nodes", "foresight:3,energy,keep-gpu-nodes")]
    [InlineData("best-fit:0.25", "best-fit:0.25")]
    public void Parse_reads_scores_weights_and_filters(string text, string canonical) =>
        Assert.Equal(canonical, PlacementProfile.Parse(text).ToString());

    [Theory]
    [InlineData("best-fit,enrgy", "there is no placement policy 'enrgy'")]
    [InlineData("best-fit:zero", "the weight in 'best-fit:zero' must be a number above 0")]
    [InlineData("best-fit:-1", "must be a number above 0")]
    [InlineData("keep-gpu-nodes", "a profile needs a score")]
    [InlineData("random,energy", "random stands alone")]
    public void Parse_says_what_is_wrong(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => PlacementProfile.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_takes_the_policy_of_the_installation_for_a_profile_without_scores()
    {
        var bare = PlacementProfile.Of(new() { Filters = ["keep-gpu-nodes"] }, "spread:2");
        var own = PlacementProfile.Of(new() { Scores = [new() { Policy = "data", Weight = 2 }, new() { Policy = "best-fit" }] }, "spread");
        var wrong = Assert.Throws<ArgumentException>(() => PlacementProfile.Of(new() { Filters = ["keep-gpus"] }, "spread"));

        Assert.Equal("spread:2,keep-gpu-nodes", bare.ToString());
        Assert.Equal("data:2,best-fit", own.ToString());
        Assert.Contains("there is no filter 'keep-gpus'; there are data-local, keep-gpu-nodes", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_counts_the_nodes_that_a_filter_of_the_profile_keeps_out()
    {
        var cluster = new ClusterState();
        cluster.Put(An.Offer("a", gpus: 1));
        cluster.Put(An.Offer("b", gpus: 1));
        cluster.Put(An.Offer("c", cpus: 1));
        var policy = PlacementPolicies.Find("best-fit,keep-gpu-nodes");
        var request = An.Request(cpus: 2);

        var choice = policy.Choose(cluster, request, 0);
        var refusal = new Refusal(cluster, request, policy);

        Assert.Null(choice);
        Assert.Equal("0/3 nodes: 2 have GPUs and are kept for tasks that use them, 1 lacks 2 free CPUs", refusal.ToString());
        Assert.Equal((2, 1), (refusal.ByFilter["keep-gpu-nodes"], refusal.ByFilter["cpu"]));
    }

    [Fact]
    public void Mig_instances_are_given_only_to_who_asks_for_their_profile_and_models_are_not_mixed()
    {
        var cluster = new ClusterState();
        var devices = new[] { ("A100", null), ("H100", null), ("H100", null), ("A100", null), ("H100", "1g.10gb"), ("H100", (string?)"1g.10gb") };
        cluster.Put(An.Offer("n") with
        {
            Capacity = new() { Cpu = new(8000), Memory = new(1L << 36), Devices = [.. devices.Select(d => new Device { Model = d.Item1, MigProfile = d.Item2 })] },
        });
        var policy = PlacementPolicies.Find("best-fit");

        Assert.Equal([0, 3], Choose(2, null));
        Assert.Equal([1, 2], Choose(2, null, "H100"));
        Assert.Equal([4, 5], Choose(2, "1g.10gb"));
        Assert.Null(Choose(3, null));
        Assert.Null(Choose(1, "2g.20gb"));
        Assert.Equal("0/1 nodes: 1 lacks a MIG instance 2g.20gb", new Refusal(cluster, RequestOf(1, "2g.20gb")).ToString());

        IReadOnlyList<int>? Choose(int gpus, string? mig, params string[] models) => policy.Choose(cluster, RequestOf(gpus, mig, models), 0)?.Devices;

        static PlacementRequest RequestOf(int gpus, string? mig, params string[] models) =>
            An.RequestOf(new() { Resources = new() { Gpu = new(gpus * 1000), Mig = mig, GpuModels = models }, Run = An.Run });
    }
}
