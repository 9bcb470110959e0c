using System.Text.Json;

namespace Datahall.Cli.Tests.Simulate;

public sealed class JobTraceRunsTests : IDisposable
{
    private readonly TestDirectory folder = new();

    [Fact]
    public async Task Json_has_the_promised_fields_and_is_the_same_each_time()
    {
        string[] command = ["simulate", "--trace", "elasticflow", "--jobs", Jobs(), "--pool", "2x8", "-o", "json"];

        var (first, second) = (await CliRun.OfAsync(command), await CliRun.OfAsync(command));

        Assert.Equal(0, first.Exit);
        Assert.Equal(first.Out, second.Out);
        using var json = JsonDocument.Parse(first.Out);
        foreach (var name in (string[])["meanCompletionSeconds", "medianCompletionSeconds", "p99CompletionSeconds", "meanQueueSeconds", "p99QueueSeconds", "makespanSeconds", "utilisation", "fairness", "preemptions", "workLostGpuSeconds"])
        {
            Assert.Equal(JsonValueKind.Number, json.RootElement.GetProperty(name).ValueKind);
        }

        Assert.Equal("datahall", json.RootElement.GetProperty("policy").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("jobs").GetInt32());
    }

    [Fact]
    public async Task Figures_are_those_of_the_trace()
    {
        var nodes = folder.Write("nodes.csv", "name,gpus\nn1,8\nn2,8\n");

        var run = await CliRun.OfAsync("simulate", "--trace", "elasticflow", "--jobs", Jobs(), "--nodes", nodes, "--policy", "fifo", "-o", "json");

        using var json = JsonDocument.Parse(run.Out); // They start at 0, 100 and 150, and end at 100, 150 and 160.
        Assert.Equal((100 + 140 + 140) / 3.0, json.RootElement.GetProperty("meanCompletionSeconds").GetDouble(), 1e-4);
        Assert.Equal(140, json.RootElement.GetProperty("medianCompletionSeconds").GetDouble());
        Assert.Equal((0 + 90 + 130) / 3.0, json.RootElement.GetProperty("meanQueueSeconds").GetDouble(), 1e-4);
        Assert.Equal(160, json.RootElement.GetProperty("makespanSeconds").GetDouble());
        Assert.Equal((800 + 800 + 10) / (16 * 160.0), json.RootElement.GetProperty("utilisation").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task A_preemption_is_counted_with_what_it_costs()
    {
        var jobs = folder.Write("two.csv", "job_id,submission_time,duration,num_gpu\nlong,0,90000,8\nshort,50000,30,8\n");

        var run = await CliRun.OfAsync(
            "simulate", "--trace", "elasticflow", "--jobs", jobs, "--pool", "1x8", "--policy", "las", "--restart-seconds", "7", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(1, json.RootElement.GetProperty("preemptions").GetInt32());
        Assert.Equal(56, json.RootElement.GetProperty("workLostGpuSeconds").GetDouble());
    }

    [Theory]
    [InlineData("srtf", "start-up charged to all that run", "muri", "job_id,num_gpu,submit_time,iterations,model_name,iteration_time\n0,1,0,10,bert,5\n")]
    [InlineData("srtf", "starts cost nothing", "elasticflow", "job_id,submission_time,duration,num_gpu\na,0,100,8\n")]
    [InlineData("las", "a restart costs 60 s", "philly", "timestamp,duration,num_gpus,cluster\n2017-10-01 00:00:00,5,1,a\n")]
    public async Task What_starts_cost_fits_the_trace_unless_somebody_says_otherwise(string policy, string cost, string trace, string text)
    {
        var run = await CliRun.OfAsync("simulate", "--trace", trace, "--jobs", folder.Write("jobs.csv", text), "--pool", "8x8", "--policy", policy);

        Assert.Equal(0, run.Exit);
        Assert.Contains(cost, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_is_drawn()
    {
        var file = Path.Combine(folder.Path, "load.svg");

        var run = await CliRun.OfAsync("simulate", "--trace", "elasticflow", "--jobs", Jobs(), "--pool", "2x8", "--policy", "fifo", "--chart", file);

        Assert.Equal(0, run.Exit);
        Assert.Contains("3 jobs in 1 queue on 2 nodes, 16 GPUs; fifo", run.Out, StringComparison.Ordinal);
        Assert.Equal("svg", System.Xml.Linq.XDocument.Load(file).Root?.Name.LocalName);
    }

    [Theory]
    [InlineData("there is no policy 'srft' (did you mean 'srtf'?)", "--pool", "2x8", "--policy", "srft")]
    [InlineData("needs the pool it runs on: --pool 72x8")]
    [InlineData("'2y8' is no pool", "--pool", "2y8")]
    [InlineData("must end in .svg", "--pool", "2x8", "--chart", "load.png")]
    [InlineData("--from and --to are for philly", "--pool", "2x8", "--from", "2017-10-01")]
    [InlineData("cluster00.csv:3: the job asks 16 GPUs, and the pool of 8 GPUs cannot hold it", "--pool", "1x8")]
    [InlineData("give --pool or --nodes, not both", "--pool", "2x8", "--nodes", "nodes.csv")]
    [InlineData("nodes.csv: cannot be read", "--nodes", "nodes.csv")]
    [InlineData("--durations is 'knwon' (did you mean 'known'?); it must be one of unknown, known", "--pool", "2x8", "--durations", "knwon")]
    [InlineData("--restart-seconds is -1", "--pool", "2x8", "--restart-seconds", "-1")]
    [InlineData("charges start-up times, and elasticflow tells none", "--pool", "2x8", "--overhead", "artefact")]
    [InlineData("--tune is for --trace openb and does nothing for elasticflow", "--pool", "2x8", "--tune", "2")]
    public async Task What_cannot_be_simulated_is_refused_with_what_to_do(string message, params string[] options)
    {
        var run = await CliRun.OfAsync(["simulate", "--trace", "elasticflow", "--jobs", Jobs(), .. options]);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job_id,num_gpu\na,1\n", "jobs.csv:1: there is no column 'submission_time'; there are job_id, num_gpu")]
    [InlineData("job_id,submission_time,duration,num_gpu\na,0,100,8\nb,0,soon,8\n", "jobs.csv:3: duration is 'soon'; it must be a number, 0 or more")]
    public async Task A_trace_that_cannot_be_read_is_named_with_its_line(string text, string message)
    {
        var run = await CliRun.OfAsync("simulate", "--trace", "elasticflow", "--jobs", folder.Write("jobs.csv", text), "--pool", "2x8");

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_trace_of_another_name_is_refused_with_the_nearest()
    {
        var run = await CliRun.OfAsync("simulate", "--trace", "elastcflow", "--jobs", Jobs(), "--pool", "2x8");

        Assert.Equal(2, run.Exit);
        Assert.Contains("there is no trace 'elastcflow' (did you mean 'elasticflow'?)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_would_do_nothing_is_refused_for_openb_too()
    {
        var run = await CliRun.OfAsync("simulate", "--trace", "openb", "--nodes", Jobs(), "--pods", Jobs(), "--pool", "2x8");

        Assert.Equal(2, run.Exit);
        Assert.Contains("--pool is for --trace muri, philly, elasticflow and does nothing for openb", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Jobs() =>
        folder.Write("cluster00.csv", "job_id,submission_time,duration,num_gpu\na,0,100,8\nb,10,50,16\nc,20,10,1\n");
}
