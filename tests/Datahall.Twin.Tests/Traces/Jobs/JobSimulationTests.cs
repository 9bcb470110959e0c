using Datahall.Twin.Time;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Tests.Traces.Jobs;

public sealed class JobSimulationTests
{
    public static TheoryData<string> Policies => [.. JobPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_job_ends_and_has_had_its_work(string policy)
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var (trace, pool) = Draw(seed);

            var outcomes = Simulate(trace, pool, policy, StartCost.None);

            foreach (var job in outcomes.Jobs)
            {
                Assert.True(job.FinishedSeconds >= job.Job.SubmittedSeconds + job.Job.Seconds - 1e-6, $"seed {seed}: {job} ended before its work was done");
                Assert.True(Math.Abs(job.HeldSeconds - job.Job.Seconds) < 1e-3, $"seed {seed}: {job} held its GPUs longer than it worked");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void GPUs_in_use_are_never_more_than_there_are(string policy)
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var (trace, pool) = Draw(seed);

            var outcomes = Simulate(trace, pool, policy, StartCost.Restart); // A node over its GPUs throws.

            Assert.All(outcomes.Load.Points, point => Assert.InRange(point.Used, 0, pool.Sum()));
            Assert.Equal((0, 0), (outcomes.Load.Points[^1].Used, outcomes.Load.Points[^1].Waiting));
        }
    }

    [Theory]
    [InlineData("fifo-skip")]
    [InlineData("sjf-skip")]
    [InlineData("fair")]
    [InlineData("las")]
    [InlineData("datahall")]
    public void Nothing_is_idle_that_somebody_waits_for(string policy)
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var jobs = Draw(seed).Trace.Jobs.Select(job => job with { Gpus = 1 });

            var outcomes = Simulate(JobTrace.Of("drawn", jobs), PoolNodes.Parse("2x4"), policy, StartCost.None);

            Assert.All(outcomes.Load.Points, point => Assert.True(point.Waiting == 0 || point.Used == 8, $"seed {seed}: {point}"));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_same_input_gives_the_same_outcome(string policy)
    {
        var (trace, pool) = Draw(77);

        var (first, second) = (Simulate(trace, pool, policy, StartCost.Restart), Simulate(trace, pool, policy, StartCost.Restart));

        Assert.Equal(first.Jobs, second.Jobs);
        Assert.Equal(LoadChart.Svg(first, policy, ""), LoadChart.Svg(second, policy, ""));
    }

    [Fact]
    public void A_restart_is_paid_for_and_a_first_start_is_not()
    {
        // The long job has run a level when the short one comes, stops for it and starts again.
        var trace = JobTrace.Of("two", [Job(0, 8, 0, 100_000), Job(1, 8, 50_000, 30)]);

        var outcomes = JobSimulation.Run(
            trace, [8], "datahall", new(Durations.Unknown, StartCost.Restart, 60), null, TestContext.Current.CancellationToken);

        Assert.Equal([1, 0], outcomes.Jobs.Select(j => j.Preemptions));
        Assert.Equal([90.0, 0.0], outcomes.Jobs.Select(j => Math.Round(j.QueueSeconds, 6)));
        Assert.Equal([60.0, 0.0], outcomes.Jobs.Select(j => j.LostSeconds));
    }

    [Fact]
    public void Scattered_room_is_joined_for_a_gang()
    {
        // Four jobs of 4 fill both nodes; the middle two end and leave half of each node.
        var trace = JobTrace.Of(
            "holes", [Job(0, 4, 0, 1000), Job(1, 4, 0, 10), Job(2, 4, 0, 1000), Job(3, 4, 0, 10), Job(4, 8, 5, 20)]);

        var outcomes = JobSimulation.Run(trace, [8, 8], "las", new(Durations.Unknown, StartCost.Restart, 7), null, TestContext.Current.CancellationToken);

        Assert.InRange(outcomes.Jobs.Sum(j => j.Moves), 0, 1);
        Assert.Equal(30, outcomes.Jobs[4].FinishedSeconds, 1e-6);
    }

    [Fact]
    public void Backfill_lets_pass_who_ends_in_time()
    {
        var trace = JobTrace.Of("easy", [Job(0, 6, 0, 100), Job(1, 8, 1, 50), Job(2, 2, 2, 98), Job(3, 2, 3, 98)]);

        var outcomes = Simulate(trace, [8], "fifo-backfill", StartCost.None);

        Assert.Equal([0.0, 100, 2, 150], outcomes.Jobs.Select(j => j.FirstStartSeconds));
    }

    [Fact]
    public void A_batch_whose_lengths_are_known_ends_with_its_longest_job_started_early()
    {
        var jobs = new[] { 10.0, 20, 30, 100 }.Select((seconds, i) => Job(i, 8, 0, seconds)).ToList();

        var (ours, srsf) = (Known("datahall"), Known("srsf"));

        Assert.Equal(srsf.MeanCompletionSeconds, ours.MeanCompletionSeconds, 1e-6);
        Assert.True(ours.MakespanSeconds < srsf.MakespanSeconds);

        JobReport Known(string policy) => JobReport.Of(JobSimulation.Run(
            JobTrace.Of("batch", jobs), [8, 8], policy, new(Durations.Known, StartCost.None), null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("fifo", new[] { 0.0, 100, 150 })]
    [InlineData("fifo-skip", new[] { 0.0, 200, 2 })] // Passed once, the large one waits until both nodes' worth is free.
    [InlineData("sjf", new[] { 0.0, 100, 150 })]
    public void Behind_one_that_does_not_fit_others_wait_or_pass_it(string policy, double[] starts)
    {
        var trace = JobTrace.Of("blocked", [Job(0, 6, 0, 100), Job(1, 8, 1, 50), Job(2, 2, 2, 198)]);

        var outcomes = Simulate(trace, [8], policy, StartCost.None);

        Assert.Equal(starts, outcomes.Jobs.Select(j => j.FirstStartSeconds));
    }

    [Theory]
    [InlineData("srtf", 1)]
    [InlineData("srsf", 0)] // 40 s on 8 GPUs are more service than the 90 s left on 2.
    public void Who_has_less_left_stops_who_has_more(string policy, int preemptions)
    {
        var trace = JobTrace.Of("two", [Job(0, 2, 0, 100), Job(1, 8, 10, 40)]);

        var outcomes = Simulate(trace, [8], policy, StartCost.None);

        Assert.Equal(preemptions, outcomes.Jobs[0].Preemptions);
    }

    [Fact]
    public void The_artefact_charges_all_that_run_whenever_jobs_are_placed()
    {
        var trace = JobTrace.Of("charged", [Job(0, 1, 0, 100), Job(1, 1, 50, 10)]);

        var outcomes = Simulate(trace, [8], "srtf", StartCost.Artefact);

        Assert.Equal([110.0, 60], outcomes.Jobs.Select(j => j.FinishedSeconds)); // 5 s at each of two events: at 50 and at 60.
        Assert.Equal([10.0, 0], outcomes.Jobs.Select(j => j.LostSeconds));
    }

    [Theory]
    [InlineData("32x8", true)]
    [InlineData("8x8", false)]
    public void A_wide_gang_comes_first_unless_it_is_much_of_the_pool(string pool, bool first)
    {
        // Small jobs keep coming, and each has had less service than the gang needs.
        var nodes = PoolNodes.Parse(pool);
        var small = Enumerable.Range(0, 400).Select(i => Job(i, 8, 200.0 * i / nodes.Count, 200));

        var outcomes = Simulate(JobTrace.Of("wide", small.Append(Job(400, 64, 100, 5000))), nodes, "datahall", StartCost.None);

        Assert.Equal(first, outcomes.Jobs.Single(j => j.Job.Gpus == 64).QueueSeconds == 0);
    }

    private static JobOutcomes Simulate(JobTrace trace, IReadOnlyList<int> pool, string policy, StartCost cost) => JobSimulation.Run(
        trace, pool, policy, new(JobPolicies.DurationsOf(policy), cost), null, TestContext.Current.CancellationToken);

    private static TraceJob Job(int index, int gpus, double submitted, double seconds) => new(index, $"job-{index}", "q", gpus, submitted, seconds, 5);

    private static (JobTrace Trace, IReadOnlyList<int> Pool) Draw(ulong seed)
    {
        var random = new SimRandom(seed);
        int[] sizes = [1, 1, 1, 2, 3, 4, 8, 12, 16];
        var jobs = Enumerable.Range(0, 60).Select(i => Job(i, random.Pick(sizes), random.Below(3000), 1 + random.Below(2000)) with { Queue = $"q{i % 3}" });
        return (JobTrace.Of("drawn", jobs.ToList()), PoolNodes.Parse(seed % 2 == 0 ? "3x8" : "2x8,2x4"));
    }
}
