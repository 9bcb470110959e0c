using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Tests.Traces.Jobs;

public sealed class JobTraceTests : IDisposable
{
    private const string Muri = "job_id,num_gpu,submit_time,iterations,model_name,iteration_time\n";
    private const string Philly = "timestamp,duration,num_gpus,cluster\n";
    private const string ElasticFlow = "job_id,submission_time,duration,num_gpu\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("datahall-jobs-");

    [Theory]
    [InlineData("muri", "job_id,num_gpu\n", ":1: there is no column 'submit_time'")]
    [InlineData("muri", Muri + "0,0,0,10,bert,5\n", ":2: num_gpu is '0'; it must be a whole number, 1 or more")]
    [InlineData("muri", Muri + "0,1,0,10,bert,5\n\n1,1,0,x,bert,5\n", ":4: iterations is 'x'; it must be a number, 0 or more")]
    [InlineData("muri", Muri + "0,1,-5,10,bert,5\n", ":2: submit_time is '-5'; it must be a number, 0 or more")]
    [InlineData("philly", Philly + "2017/10/01,5,1,a\n", ":2: timestamp is '2017/10/01'; it must be a time such as 2017-10-01 13:45:00")]
    [InlineData("philly", Philly + "2018-10-01 00:00:00,5,1,a\n", "none of its 1 jobs was submitted from 2017-10-01 up to 2017-12-01; give other days with --from and --to")]
    [InlineData("elasticflow", ElasticFlow + "a,0,NaN,1\n", ":2: duration is 'NaN'")]
    [InlineData("elasticflow", ElasticFlow + "a,0,5\n", ":2: has 3 fields where the header names 4")]
    [InlineData("elasticflow", ElasticFlow, "there is no job in it")]
    public void A_file_that_cannot_be_used_is_named_with_its_line(string trace, string text, string message)
    {
        var file = Write("jobs.csv", text);

        var error = Assert.Throws<TraceException>(() => JobTrace.Read(trace, file, null));

        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_larger_than_the_pool_is_named()
    {
        var trace = JobTrace.Read("elasticflow", Write("c.csv", ElasticFlow + "a,0,5,1\nb,1,5,64\n"), null);

        var error = Assert.Throws<TraceException>(() => trace.CheckFits(PoolNodes.Parse("4x8")));

        Assert.Contains("c.csv:3: the job asks 64 GPUs, and the pool of 32 GPUs cannot hold it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Muri_work_is_iterations_times_their_time_with_the_profilers_share()
    {
        var job = JobTrace.Read("muri", Write("m.csv", Muri + "7,16,2000,1000,a2c,500\n"), null).Jobs[0];

        Assert.Equal("a2c-7", job.Name);
        Assert.Equal((16, 2.0, 46.0), (job.Gpus, job.SubmittedSeconds, job.StartSeconds));
        Assert.Equal(507.5, job.Seconds, 1e-9);
    }

    [Fact]
    public void Philly_is_cut_to_the_days_asked_for()
    {
        var file = Write("p.csv", Philly + "2017-11-01 00:00:10,60,1,b\n2017-11-01 00:00:00,60,2,a\n2017-11-02 00:00:00,60,1,a\n");
        var day = new DateTime(2017, 11, 1, 0, 0, 0, DateTimeKind.Utc);

        var trace = JobTrace.Read("philly", file, new(day, day.AddDays(1)));

        Assert.Equal([("a", 0.0), ("b", 10.0)], trace.Jobs.Select(j => (j.Queue, j.SubmittedSeconds)));
    }

    [Theory]
    [InlineData("72x8", 72, 576)]
    [InlineData("2x8,1x4", 3, 20)]
    public void A_pool_is_nodes_times_GPUs(string text, int nodes, int gpus)
    {
        var pool = PoolNodes.Parse(text);

        Assert.Equal((nodes, gpus), (pool.Count, pool.Sum()));
    }

    [Theory]
    [InlineData("72")]
    [InlineData("0x8")]
    [InlineData("4x-8")]
    [InlineData("999999x8")]
    public void A_pool_of_another_form_is_refused(string text) => Assert.Throws<FormatException>(() => PoolNodes.Parse(text));

    [Theory]
    [InlineData("name,gpus\na,8\nb,0\nc,4\n")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\na,96000,262144,8,V100\nb,96000,262144,0,\nc,96000,262144,4,T4\n")]
    public void Nodes_come_from_a_file(string text)
    {
        var nodes = PoolNodes.Read(Write("n.csv", text));

        Assert.Equal([8, 4], nodes);
    }

    [Theory]
    [InlineData("name,size\na,8\n", ":1: there is no column 'gpus'; there are name, size")]
    [InlineData("name,gpus\na,8\nb,many\n", ":3: gpus is 'many'; it must be a whole number, 0 or more")]
    [InlineData("name,gpus\na,4096\n", ":2: gpus is '4096'; it must be at most 1024")]
    [InlineData("name,gpus\na,0\n", "no node has GPUs")]
    [InlineData("", "is empty; its first line must name the columns")]
    public void Nodes_that_cannot_be_used_are_named_with_their_line(string text, string message)
    {
        var error = Assert.Throws<TraceException>(() => PoolNodes.Read(Write("n.csv", text)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_found_by_name_whatever_else_is_there()
    {
        var file = Write("c.csv", "num_gpu,x,x,duration,submission_time,job_id\n4,,,0,10,a\n");

        var job = JobTrace.Read("elasticflow", file, null).Jobs[0];

        Assert.Equal(("a", "c", 4, 10.0, 0.0, 2), (job.Name, job.Queue, job.Gpus, job.SubmittedSeconds, job.Seconds, job.Line));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var file = Path.Combine(folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
