using System.Net;
using System.Net.Sockets;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Runtimes;

public sealed class HealthTests
{
    private static readonly HealthCheck Quick = new() { Interval = new(20), Timeout = new(500), Failures = 3, StartTimeout = Duration.FromSeconds(30) };

    [Fact]
    public async Task Tcp_check_makes_ready_and_its_failure_ends_the_task()
    {
        using var bench = new RuntimeBench();
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        bench.Runtime.Start(Sleeper(Quick with { Tcp = new() }, port));
        var starting = await bench.Running();
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        await Eventually.Holds("ready task", () => bench.Report() is { Ready: true });
        bench.Restart();
        var adopted = Assert.Single(bench.Adopted);
        listener.Stop();
        var ended = await bench.Ended();

        Assert.False(starting.Ready);
        Assert.True(adopted.Ready, "a healthy task must stay ready when its agent comes back");
        Assert.Equal("Unhealthy", ended.Reason);
        Assert.Contains($"3 health checks in a row failed on port {port}", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_check_goes_by_the_status()
    {
        using var bench = new RuntimeBench();
        using var server = new TinyHttpServer();

        bench.Runtime.Start(Sleeper(Quick with { Http = new() { Path = "/ok" } }, server.Port));
        await Eventually.Holds("ready task", () => bench.Report() is { Ready: true });
        server.Status = 503;
        var ended = await bench.Ended();

        Assert.Equal("Unhealthy", ended.Reason);
        Assert.Contains("GET /ok was answered with 503", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_timeout_ends_a_task_that_never_becomes_healthy()
    {
        using var bench = new RuntimeBench();
        using var server = new TinyHttpServer { Status = 500 };

        bench.Runtime.Start(Sleeper(Quick with { Http = new(), StartTimeout = new(200) }, server.Port));
        var ended = await bench.Ended();

        Assert.Equal("Unhealthy", ended.Reason);
        Assert.Contains("not healthy within 200ms of its start", ended.Message, StringComparison.Ordinal);
    }

    private static DesiredTask Sleeper(HealthCheck check, int port) =>
        RuntimeBench.Command("t", 1, "sleep", "1000") with { Health = check, Port = port };
}
