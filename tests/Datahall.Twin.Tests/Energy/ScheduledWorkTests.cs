using Datahall.Twin.Energy;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Tests.Energy;

/// <summary>Jobs of a scenario, placed by the real core.</summary>
public sealed class ScheduledWorkTests : IDisposable
{
    private const string Site = """
        kind: Site
        name: s
        spec:
          plant: room-100kw
          servers: [{name: flat, idle: 1kW, max: 2kW, capacity: {cpu: 16, memory: 64Gi, gpus: 2, gpuModel: T4}}]
          cooling: {unitFans: 0}
          otherLoad: 0
          feeds: [{name: ups, kind: ups, rating: 1MW, loss: {}}]
          halls: [{name: h, racks: [{name: a, servers: [{model: flat, count: 2}]}], recirculation: {share: 0}}]
        ---

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("datahall-work-").FullName;

    [Fact]
    public void Jobs_draw_power_while_they_run_and_wait_when_there_is_no_room()
    {
        // Two servers of two GPUs: the gang of four has both for an hour; the one behind it waits for half of that and then runs an hour on one GPU.
        var run = Run("1,0,3600,4\n2,1800,3600,1\n", "{name: p}");

        Assert.Equal(2, run.Jobs!.Ended);
        Assert.Equal(1800.0 / 2, run.Jobs.MeanWaitSeconds, 1e-6);
        Assert.Equal((3600 + 5400) / 2.0, run.Jobs.MeanCompletionSeconds, 1e-6);
        Assert.Equal((1 + 1.5) / 2, run.Jobs.MeanSlowDown, 1e-9);

        // 2 kW idle for four hours, one more kilowatt for each server that is wholly held: 2 kWh for the gang, half a one for the other.
        Assert.Equal((2 * 4) + 2 + 0.5, run.Energy.It / 3.6e6, 0.02);
    }

    [Fact]
    public void Power_caps_slow_the_jobs()
    {
        // 4 kW rated, 3.2 kW allowed: at 0.8 of the rated power the V100 takes 1.029 times as long.
        var run = Run("1,0,3600,4\n", "{name: p, boardLimit: 3200W}");

        Assert.Equal(3600 * 1.029, run.Jobs!.MeanCompletionSeconds, 61.0);
        Assert.True(run.Jobs.MeanCompletionSeconds > 3600 * 1.02);
        Assert.Equal(3200, run.PeakBoardWatts, 1e-6);
    }

    [Fact]
    public void The_same_jobs_give_the_same_report_and_jobs_of_another_time_are_left_out()
    {
        const string jobs = "1,0,3600,4\n2,1800,600,1\n3,1900,900,2\n4,2000,90,1\n5,90000,90,1\n";

        var (first, second) = (Run(jobs, "{name: p, placement: energy}"), Run(jobs, "{name: p, placement: energy}"));

        Assert.Equal(first, second);
        Assert.Equal(4, first.Jobs!.Submitted);
        Assert.Equal(3, Run(jobs, "{name: p}", ", from: 20m").Jobs!.Submitted);
    }

    [Theory]
    [InlineData("1,0,60,5\n", "{name: p}", "", "job 1 asks 5 GPUs, and the servers have 4 together")]
    [InlineData("1,0,60,1\n", "{name: p, placement: fastest}", "", "placement: there is no placement policy 'fastest'")]
    [InlineData("1,0,60,1\n", "{name: p}", ", trace: slurm", "there is no trace 'slurm'; there are muri, philly, elasticflow")]
    [InlineData("1,0,60\n", "{name: p}", "", "jobs.csv:2: has 3 fields where the header names 4")]
    public void What_cannot_be_run_says_why(string jobs, string policy, string more, string message) =>
        Assert.Contains(message, Assert.Throws<TraceException>(() => Run(jobs, policy, more)).Message, StringComparison.Ordinal);

    [Fact]
    public void Servers_without_capacity_take_no_jobs() =>
        Assert.Contains("none of its servers has a capacity with GPUs", Assert.Throws<TraceException>(
            () => Run("1,0,60,1\n", "{name: p}", "", Site.Replace(", capacity: {cpu: 16, memory: 64Gi, gpus: 2, gpuModel: T4}", "", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ScenarioRun Run(string jobs, string policy, string more = "", string site = Site)
    {
        File.WriteAllText(Path.Combine(folder, "jobs.csv"), "job_id,submission_time,duration,num_gpu\n" + jobs);
        return Simulated.Run(site + Simulated.Scenario("length: 4h", $"{{name: work, caps: v100, jobs: {{file: jobs.csv, utilisation: 1{more}}}}}", policy), folder).Runs[0];
    }
}
