using Datahall.Twin.Balancing;

namespace Datahall.Twin.Tests.Balancing;

public sealed class BalanceSimulationTests
{
    private const int Seeds = 2;

    [Theory]
    [InlineData("homogeneous@0.7")]
    [InlineData("homogeneous@0.9")]
    [InlineData("half-slow@0.7")]
    [InlineData("half-slow@0.9")]
    [InlineData("antagonists@0.7")]
    [InlineData("antagonists@0.9")]
    public void Default_policy_is_within_5_percent_of_the_oracle(string scenario)
    {
        var oracle = Mean(scenario, "join-shortest-queue");
        var run = Mean(scenario, "least-ewma");

        Assert.True(
            run.P99Milliseconds <= 1.05 * oracle.P99Milliseconds,
            $"{scenario}, seeds 1-{Seeds}: p99 {run.P99Milliseconds:0.0} ms against {oracle.P99Milliseconds:0.0} ms of the oracle");
    }

    // Of infinitely many queues M/M/1 with two choices: mean response in service times = Σ ρ^(2^i − 2), i = 1, 2, … (Mitzenmacher 2001; Vvedenskaya, Dobrushin, Karpelevich 1996).
    [Theory]
    [InlineData(0.90, 0.01)]
    [InlineData(0.95, 0.015)]
    [InlineData(0.99, 0.03)]
    public void Power_of_two_has_the_mean_of_the_closed_form(double load, double tolerance)
    {
        var expected = Enumerable.Range(1, 40).Sum(i => Math.Pow(load, Math.Pow(2, i) - 2));

        var run = Run(BalanceScenarios.Find("single-queue")! with { Load = load }, "power-of-two", 1);

        Assert.InRange(run.MeanMilliseconds / 20 / expected, 1 - tolerance, 1 + tolerance);
    }

    [Fact]
    public void Random_choice_has_the_mean_and_the_median_of_a_single_queue()
    {
        var run = Run(BalanceScenarios.Find("single-queue@0.8")! with { Replicas = 100, Requests = 1_000_000 }, "random", 2);

        Assert.Equal(20 / (1 - 0.8), run.MeanMilliseconds, 2.0);
        Assert.Equal(20 / (1 - 0.8) * Math.Log(2), run.P50Milliseconds, 2.0); // M/M/1: the response is exponential.
    }

    [Theory]
    [InlineData(ServiceDistribution.Fixed)]
    [InlineData(ServiceDistribution.LongTailed)]
    public void Sharing_is_insensitive_to_the_distribution(ServiceDistribution service)
    {
        var scenario = new BalanceScenario
        {
            Replicas = 50,
            Slots = 1,
            Gateways = 1,
            Order = ServiceOrder.Sharing,
            Service = service,
            Load = 0.7,
            Requests = 500_000,
        };

        var run = Run(scenario, "random", 3);

        Assert.Equal(20 / (1 - 0.7), run.MeanMilliseconds, 2.0); // M/G/1 processor sharing: s ÷ (1 − ρ), whatever the distribution (Kleinrock 1976, 4.4).
    }

    [Theory]
    [InlineData("least-ewma")]
    [InlineData("prequal")]
    [InlineData("prefix-affinity")]
    public void The_same_seed_gives_the_same_figures(string policy)
    {
        var scenario = BalanceScenarios.Find("prompts")! with { Requests = 5000, Antagonists = new() };

        Assert.Equal(Run(scenario, policy, 5), Run(scenario, policy, 5));
        Assert.NotEqual(Run(scenario, policy, 5), Run(scenario, policy, 6) with { Seed = 5 });
    }

    [Fact]
    public void Failing_fast_draws_no_crowd_under_the_default()
    {
        var scenario = BalanceScenarios.Find("failing")! with { Requests = 200_000 };

        var (naive, careful, probing) = (Run(scenario, "join-shortest-queue", 1), Run(scenario, "least-ewma", 1), Run(scenario, "prequal", 1));

        Assert.InRange(naive.FailedShare, 0.05, 1); // It looks idle.
        Assert.InRange(careful.FailedShare, 0, 0.002);
        Assert.InRange(probing.FailedShare, 0, 0.01);
    }

    [Fact]
    public void Prefix_affinity_finds_more_in_caches_and_answers_sooner()
    {
        var scenario = BalanceScenarios.Find("prompts")! with { Requests = 30_000 };

        var (plain, affine) = (Run(scenario, "least-ewma", 1), Run(scenario, "prefix-affinity", 1));

        Assert.True(affine.CachedShare > plain.CachedShare + 0.1, $"seed 1: {affine.CachedShare:0.000} against {plain.CachedShare:0.000}");
        Assert.True(affine.MeanMilliseconds < 0.9 * plain.MeanMilliseconds, $"seed 1: {affine.MeanMilliseconds:0.0} against {plain.MeanMilliseconds:0.0} ms");
    }

    [Fact]
    public void Find_says_what_is_wrong_with_a_load()
    {
        Assert.Equal(0.7, BalanceScenarios.Find("half-slow@0.7")!.Load);
        Assert.Null(BalanceScenarios.Find("unknown"));
        Assert.Contains("from 0.01 to 10", Assert.Throws<FormatException>(static () => BalanceScenarios.Find("half-slow@much")).Message, StringComparison.Ordinal);
    }

    private static BalanceRun Mean(string scenario, string policy) =>
        BalanceRun.Mean([.. Enumerable.Range(1, Seeds).Select(seed => Run(BalanceScenarios.Find(scenario)!, policy, (ulong)seed))]);

    private static BalanceRun Run(BalanceScenario scenario, string policy, ulong seed) =>
        BalanceSimulation.Run(scenario, policy, seed, TestContext.Current.CancellationToken);
}
