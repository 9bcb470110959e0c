using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Tests.Traces.Jobs;

public sealed class PhillyTests
{
    [Theory]
    [InlineData("fifo", 102_207, 352_525, 1e-5)]
    [InlineData("fifo-backfill", 18_634, 84_227, 0.12)] // EASY leaves more to the one who writes it; its mean is within 0.4 %.
    [InlineData("sjf", 15_207, 43_620, 1e-4)]
    [InlineData("sjf-skip", 14_014, 28_681, 1e-4)]
    public void Known_disciplines_give_the_figures_measured_before(string policy, double completion, double queue99, double tolerance)
    {
        var report = JobReport.Of(Simulate(policy, Trace(), "72x8"));

        Assert.Equal(68_503, report.Jobs);
        Assert.Equal(11, report.Queues);
        Assert.Equal(1, report.MeanCompletionSeconds / completion, Math.Min(tolerance, 0.005));
        Assert.Equal(1, report.P99QueueSeconds / queue99, tolerance);
    }

    [Theory]
    [InlineData("64x8", 17_044)]
    [InlineData("72x8", 14_014)]
    public void Without_durations_ours_beats_shortest_job_first_that_knows_them(string pool, double shortestFirst)
    {
        var report = JobReport.Of(Simulate("datahall", Trace(), pool));

        Assert.InRange(report.MeanCompletionSeconds, 11_480, shortestFirst); // 11,480 s is the mean run time.
    }

    [Fact]
    public void No_wide_gang_waits_more_than_three_times_its_wait_under_backfill()
    {
        var jobs = Trace().Jobs.Take(34_000).ToList(); // Half of them: the first month.
        var gangs = Enumerable.Range(0, 20).Select(i => jobs[500 + (1650 * i)] with { Gpus = 64 + (8 * (i % 9)), Seconds = 3600 + (1800 * i) });
        var trace = JobTrace.Of("philly", jobs.Concat(gangs));

        var (backfill, ours) = (Simulate("fifo-backfill", trace, "64x8"), Simulate("datahall", trace, "64x8"));

        var wide = ours.Jobs.Zip(backfill.Jobs).Where(pair => pair.First.Job.Gpus >= 64).ToList();
        Assert.Equal(20, wide.Count);
        Assert.All(wide, pair => Assert.InRange(pair.First.QueueSeconds, 0, (3 * pair.Second.QueueSeconds) + 1e-6));
    }

    private static JobTrace Trace() => JobTrace.Read("philly", SharedData.Find("scheduling/traces/philly.csv"), null);

    private static JobOutcomes Simulate(string policy, JobTrace trace, string pool) => JobSimulation.Run(
        trace,
        PoolNodes.Parse(pool),
        policy,
        new(JobPolicies.DurationsOf(policy), StartCost.Restart, RestartSeconds: 60),
        null,
        TestContext.Current.CancellationToken);
}
