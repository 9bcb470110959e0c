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
    [InlineData("cannot hold it", "--pool", "1x4")]
    public async Task What_cannot_be_simulated_is_refused_with_what_to_do(string message, params string[] options)
    {
        var run = await CliRun.OfAsync(["simulate", "--trace", "elasticflow", "--jobs", Jobs(), .. options]);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Jobs()
    {
        var file = Path.Combine(folder.Path, "cluster00.csv");
        File.WriteAllText(file, "job_id,submission_time,duration,num_gpu\na,0,100,8\nb,10,50,16\nc,20,10,1\n");
        return file;
    }
}
