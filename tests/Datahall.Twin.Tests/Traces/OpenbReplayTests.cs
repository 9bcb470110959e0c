using Datahall.Twin.Time;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Openb;

namespace Datahall.Twin.Tests.Traces;

public sealed class OpenbReplayTests
{
    // Published means over ten seeds: USENIX ATC 2023, experiments/analysis/expected_results of the simulator.
    [Theory]
    [InlineData("best-fit", 92.86, 0.3)]
    [InlineData("random", 86.30, 0.6)]
    public void The_default_trace_gives_the_published_allocation(string policy, double published, double tolerance)
    {
        var trace = OpenbTrace.Read(
            SharedData.Find("scheduling/openb/openb_node_list_gpu_node.csv"), SharedData.Find("scheduling/openb/openb_pod_list_default.csv"));

        var allocation = Enumerable.Range(42, 10).AsParallel()
            .Select(seed => OpenbReplay.Run(trace, policy, 1.3, (ulong)seed, null, TestContext.Current.CancellationToken).At(100))
            .Average();

        Assert.InRange(allocation, published - tolerance, published + tolerance);
    }

    [Fact]
    public void A_small_trace_is_replayed_pod_by_pod()
    {
        using var files = new TraceFiles("sn,cpu_milli,memory_mib,gpu,model\nn,4000,8192,2,T4\n", "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\na,1000,1,1,1000,\nb,1000,1,1,500,T4\nc,1000,1,1,600,\nd,1,1,1,1,P100\n");
        var trace = OpenbTrace.Read(files.Nodes, files.Pods);

        var allocation = OpenbReplay.Run(trace, "best-fit", 1.05, 1, null, TestContext.Current.CancellationToken);

        Assert.Equal(4, trace.Pods.Count);
        Assert.Equal(allocation.Arrived, trace.Arrivals(1.05, new SimRandom(1)).Count);
        Assert.True(allocation.Placed < allocation.Arrived, "the P100 pod and one of the shares have no place");
        Assert.InRange(allocation.At(100), 50, 80);
    }

    [Theory]
    [InlineData("sn,cpu_milli\n", "there is no column 'memory_mib'")]
    [InlineData("", "is empty")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\nn,4000,x,2,T4\n", ":2: memory_mib is 'x'")]
    [InlineData("sn,cpu_milli,memory_mib,gpu,model\nn,4000\n", ":2: has 2 fields where the header names 5")]
    public void A_file_that_cannot_be_used_is_named_with_its_line(string nodes, string message)
    {
        using var files = new TraceFiles(nodes, "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n");

        var error = Assert.Throws<TraceException>(() => OpenbTrace.Read(files.Nodes, files.Pods));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(files.Nodes, error.Message, StringComparison.Ordinal);
    }

    private sealed class TraceFiles : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("datahall-trace-");

        public TraceFiles(string nodes, string pods)
        {
            File.WriteAllText(Nodes, nodes);
            File.WriteAllText(Pods, pods);
        }

        public string Nodes => Path.Combine(folder.FullName, "nodes.csv");

        public string Pods => Path.Combine(folder.FullName, "pods.csv");

        public void Dispose() => folder.Delete(recursive: true);
    }
}
