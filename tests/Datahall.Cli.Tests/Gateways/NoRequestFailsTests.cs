using System.Globalization;

namespace Datahall.Cli.Tests.Gateways;

/// <summary>Real processes are killed, stopped and replaced under load, and no request fails.</summary>
/// <remarks>DATAHALL_KILLS=20 kills as many replicas as docs/gateway/failures.md says were killed.</remarks>
[Collection(RealProcesses.Name)]
public sealed class NoRequestFailsTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("kestrel")]
    public async Task A_replica_is_killed(string lane)
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g", lane);
        await hall.ApplyAsync("work", Work());
        await using var load = new SteadyLoad($"{url}/work");
        await load.MoreAsync(5);

        for (var i = 0; i < Kills; i++)
        {
            var pids = await hall.PidsAsync("work");
            await RunningHall.SignalAsync(pids[i % pids.Count], "KILL");
            await load.MoreAsync(10);
            await hall.ReadyAsync("work", 3);
        }

        Assert.Empty(await load.EndAsync());
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("kestrel")]
    public async Task A_replica_hangs(string lane)
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g", lane);
        await hall.ApplyAsync("work", Work(patientHealth: true));
        await using var load = new SteadyLoad($"{url}/work");
        await load.MoreAsync(5);
        var pid = (await hall.PidsAsync("work"))[0];

        await RunningHall.SignalAsync(pid, "STOP");
        try
        {
            // While it hangs: those whose requests were there are served elsewhere.
            await load.MoreAsync(10);
        }
        finally
        {
            await RunningHall.SignalAsync(pid, "CONT");
        }

        Assert.Empty(await load.EndAsync());
    }

    [Fact]
    public async Task A_new_version_comes_and_replicas_go()
    {
        await using var hall = await RunningHall.StartAsync();
        var (_, url) = await hall.GatewayAsync("g");
        await hall.ApplyAsync("work", Work());
        await using var load = new SteadyLoad($"{url}/work");
        await load.MoreAsync(5);

        await hall.ApplyAsync("work", Work(delay: "21"));
        await hall.ReadyAsync("work", 3);
        await hall.ScaleAsync("work", 1);
        await load.MoreAsync(3);
        await hall.ScaleAsync("work", 2);
        await load.MoreAsync(3);

        Assert.Empty(await load.EndAsync());
    }

    [Fact]
    public async Task The_control_plane_and_the_other_gateway_are_killed()
    {
        await using var hall = await RunningHall.StartAsync();
        var (first, _) = await hall.GatewayAsync("first");
        var (_, url) = await hall.GatewayAsync("second");
        await hall.ApplyAsync("work", Work());
        await using var load = new SteadyLoad($"{url}/work");
        await load.MoreAsync(5);

        await first.EndAsync("KILL");
        await load.MoreAsync(5);
        await hall.Up.EndAsync("KILL");
        await load.MoreAsync(20);
        await hall.RestartUpAsync();
        await hall.ReadyAsync("work", 3);
        await load.MoreAsync(5);

        Assert.Empty(await load.EndAsync());
    }

    [Fact]
    public async Task A_gateway_that_starts_without_its_control_plane_goes_on_with_the_routes_known_last()
    {
        await using var hall = await RunningHall.StartAsync();
        var (before, first) = await hall.GatewayAsync("g");
        await hall.ApplyAsync("work", Work());
        await using (var load = new SteadyLoad($"{first}/work"))
        {
            await load.MoreAsync(1);
        }

        await before.EndAsync("KILL");
        await hall.Up.EndAsync("KILL");
        var (_, url) = await hall.GatewayAsync("g");

        await using var served = new SteadyLoad($"{url}/work");
        await served.MoreAsync(5);
        Assert.Empty(await served.EndAsync());
        await hall.RestartUpAsync();
    }

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("DATAHALL_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 3;

    private static string Work(string delay = "20", bool patientHealth = false) => $$"""
        kind: Service
        name: work
        spec:
          replicas: 3
          backoff: 1s
          maxBackoff: 1s
          run: { process: { command: [model-program, --delay, "{{delay}}"] } }
          health: { http: { path: /health }, interval: 1s, failures: {{(patientHealth ? 100 : 3)}}, timeout: 1s }
          route: { path: /work }
        """;
}
