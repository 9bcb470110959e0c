using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Tests.Traces.Jobs;

public sealed class JobReportTests
{
    [Fact]
    public void Figures_are_those_of_the_jobs_ends()
    {
        // One GPU, one job after the other: they end at 10, 30, 60 and 100.
        var report = Report([1], [Job(0, "q", 10), Job(1, "q", 20), Job(2, "q", 30), Job(3, "q", 40)]);

        Assert.Equal((50.0, 45.0, 100.0), (report.MeanCompletionSeconds, report.MedianCompletionSeconds, report.P99CompletionSeconds));
        Assert.Equal((25.0, 20.0, 60.0), (report.MeanQueueSeconds, report.MedianQueueSeconds, report.P99QueueSeconds));
        Assert.Equal((100.0, 1.0, 4, 1), (report.MakespanSeconds, report.Utilisation, report.Jobs, report.Queues));
    }

    [Fact]
    public void The_99th_percentile_leaves_one_of_a_hundred_above_it()
    {
        var report = Report([201], Enumerable.Range(0, 201).Select(i => Job(i, "q", i + 1)));

        Assert.Equal(199, report.P99CompletionSeconds); // Place 198 of 0 to 200.
        Assert.Equal(101, report.MedianCompletionSeconds);
    }

    [Fact]
    public void Utilisation_is_the_share_of_GPU_seconds_held()
    {
        var report = Report([4], [Job(0, "q", 100), Job(1, "q", 50)]);

        Assert.Equal(150.0 / 400, report.Utilisation, 1e-12);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 0.9)] // One is served all it asks, the other half: 1.5² / (2 × 1.25).
    public void Fairness_is_one_when_queues_wait_alike_and_less_when_one_does_not(int gpus, double fairness)
    {
        var report = Report([gpus], [Job(0, "a", 100), Job(1, "b", 100)]);

        Assert.Equal(fairness, report.Fairness, 1e-9);
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("srtf")]
    [InlineData("datahall")]
    public void Jobs_without_work_end_at_once(string policy)
    {
        var report = Report([1], [Job(0, "a", 0), Job(1, "b", 0)], policy);

        Assert.Equal((0.0, 0.0, 0.0, 1.0), (report.MeanCompletionSeconds, report.MakespanSeconds, report.Utilisation, report.Fairness));
        Assert.Equal(0, DurationCheck.Of(JobTrace.Of("none", [Job(0, "a", 0), Job(1, "a", 0)])).Predicted);
    }

    private static JobReport Report(int[] nodes, IEnumerable<TraceJob> jobs, string policy = "fifo") => JobReport.Of(JobSimulation.Run(
        JobTrace.Of("made", jobs), nodes, policy, new(JobPolicies.DurationsOf(policy), StartCost.None), null, TestContext.Current.CancellationToken));

    private static TraceJob Job(int index, string queue, double seconds) => new(index, $"job-{index}", queue, 1, 0, seconds, 0);
}
