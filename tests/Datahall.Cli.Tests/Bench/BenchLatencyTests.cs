namespace Datahall.Cli.Tests.Bench;

/// <summary>Latencies against servers whose times are known. Upper bounds are wide: the machine may be busy.</summary>
public sealed class BenchLatencyTests
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("--rate", "100")]
    [InlineData("--connections", "2")]
    public async Task Http_measures_the_time_of_service(string option, string value)
    {
        await using var server = await BenchServer.StartAsync(static (context, _) => Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, context.RequestAborted));

        var run = await BenchRun.OfAsync(server.Url, option, value, "--duration", "500ms");

        // A timer of .NET may fire up to a millisecond early.
        Assert.InRange(run.Time("latencyMilliseconds", "p50"), 8.5, 1000);
        Assert.Equal(run.Count("requests"), run.Report.GetProperty("latencyMilliseconds").GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task Http_shows_a_stall_in_the_open_loop()
    {
        await using var server = await StallingAsync(after: 100);

        var run = await BenchRun.OfAsync(server.Url, "--rate", "200", "--duration", "2s", "--connections", "4");

        // 200 of the 400 requests were due within the stall, and the last of them waited least.
        Assert.Equal(400, run.Count("responses"));
        Assert.InRange(run.Time("latencyMilliseconds", "p999"), 900, 10_000);
        Assert.InRange(run.Time("latencyMilliseconds", "p90"), 500, 10_000);
        Assert.InRange(run.Count("lateByConnections"), 100, 400);
    }

    [Fact]
    public async Task Http_says_that_a_closed_loop_hides_a_stall()
    {
        await using var server = await StallingAsync(after: 100);

        var run = await BenchRun.OfAsync(server.Url, "--connections", "1", "--duration", "3s");

        // The stall held up one request, of more than a hundred.
        Assert.InRange(run.Time("latencyMilliseconds", "max"), 900, 10_000);
        Assert.InRange(run.Time("latencyMilliseconds", "p99"), 0, 500);
        Assert.Contains("closed loop: when the server stalls, so do the requests", run.Run.Out, StringComparison.Ordinal);
    }

    /// <summary>A server that once does nothing for a while, whoever asks.</summary>
    private static Task<BenchServer> StallingAsync(int after)
    {
        var stall = Task.CompletedTask;
        return BenchServer.StartAsync((_, number) =>
        {
            if (number == after)
            {
                stall = Task.Delay(Stall, TimeProvider.System, CancellationToken.None);
            }

            return Volatile.Read(ref stall);
        });
    }
}
