using Datahall.Twin.Traces.Openb;

namespace Datahall.Twin.Tests.Traces;

/// <summary>What the policies reach on the shipped openb lists, with few seeds; the published figures are means over ten.</summary>
public sealed class OpenbPolicyTests
{
    // Published: experiments/analysis/expected_results of the simulator of Weng et al., USENIX ATC 2023.
    [Theory]
    [InlineData("default", 95.23)]
    [InlineData("cpu050", 95.00)]
    [InlineData("gpushare40", 93.96)]
    [InlineData("gpushare100", 86.64)]
    [InlineData("gpuspec10", 94.66)]
    [InlineData("gpuspec33", 87.84)]
    [InlineData("multigpu20", 95.53)]
    public void Fragmentation_gives_the_published_allocation(string list, double published) =>
        Assert.InRange(Mean(list, "fragmentation", 0), published - 0.5, published + 0.5);

    [Theory]
    [InlineData("default", 95.23, 0.6)]
    [InlineData("gpushare100", 86.64, 1.5)]
    [InlineData("gpuspec33", 87.84, 4.0)]
    public void Foresight_beats_the_published_best(string list, double published, double by) =>
        Assert.InRange(Mean(list, "foresight", 0), published + by, 100);

    [Fact]
    public void Moves_gain_and_stay_within_their_bound()
    {
        var trace = Read("gpuspec33");

        var without = OpenbRebalancing.Run(trace, "foresight", 1.0, 42, 0, null, TestContext.Current.CancellationToken);
        var with = OpenbRebalancing.Run(trace, "foresight", 1.0, 42, 20, null, TestContext.Current.CancellationToken);

        Assert.InRange(with.Moves, 1, with.Arrived / 20);
        Assert.True(with.At(100) > without.At(100), $"{with.At(100)} with {with.Moves} moves, {without.At(100)} without");
    }

    [Fact]
    public void The_core_and_the_ledger_alone_place_alike()
    {
        var trace = Read("default");

        var core = OpenbReplay.Run(trace, "fragmentation", 0.9, 7, null, TestContext.Current.CancellationToken);
        var ledger = OpenbRebalancing.Run(trace, "fragmentation", 0.9, 7, 0, null, TestContext.Current.CancellationToken);

        Assert.Equal((core.Placed, core.Arrived, core.At(90)), (ledger.Placed, ledger.Arrived, ledger.At(90)));
    }

    private static double Mean(string list, string policy, int arrivalsPerMove)
    {
        var trace = Read(list);
        return Enumerable.Range(42, 2).AsParallel()
            .Select(seed => OpenbRebalancing.Run(trace, policy, 1.01, (ulong)seed, arrivalsPerMove, null, TestContext.Current.CancellationToken).At(100))
            .Average();
    }

    private static OpenbTrace Read(string list) => OpenbTrace.Read(
        SharedData.Find("scheduling/openb/openb_node_list_gpu_node.csv"), SharedData.Find($"scheduling/openb/openb_pod_list_{list}.csv"));
}
