using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Datahall.Server.Hosting;

namespace Datahall.Server.Tests.Hosting;

public sealed class DatahallServerTests
{
    [Fact]
    public async Task Start_is_refused_while_another_server_has_the_directory()
    {
        await using var server = await RunningServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<ServerStartException>(() => DatahallServer.StartAsync(
            new() { DataDirectory = server.Directory, Listen = "http://127.0.0.1:0", RunAgent = false }, RunningServer.Cancelled));

        Assert.Contains($"pid {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(server.Directory, refusal.Message, StringComparison.Ordinal);
        await server.GetAsync("/api/v1/server");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://127.0.0.1:0")]
    public async Task Start_is_refused_with_options_that_make_no_sense(string listen)
    {
        var directory = Directory.CreateTempSubdirectory("datahall-server-").FullName;

        var refusal = await Assert.ThrowsAsync<ServerStartException>(() => DatahallServer.StartAsync(
            new() { DataDirectory = directory, Listen = listen, RunAgent = false }, RunningServer.Cancelled));

        Assert.Contains(listen, refusal.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Start_is_refused_when_the_port_is_taken_and_leaves_nothing_locked()
    {
        await using var server = await RunningServer.StartAsync();
        var directory = Directory.CreateTempSubdirectory("datahall-server-").FullName;
        var taken = new ServerOptions { DataDirectory = directory, Listen = server.Server.Url.ToString(), RunAgent = false };

        var refusal = await Assert.ThrowsAsync<ServerStartException>(() => DatahallServer.StartAsync(taken, RunningServer.Cancelled));
        await using (await DatahallServer.StartAsync(taken with { Listen = "http://127.0.0.1:0" }, RunningServer.Cancelled))
        {
            Assert.Contains($"{server.Server.Url.Port}", refusal.Message, StringComparison.Ordinal);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Server_file_says_where_the_server_is_and_goes_with_it()
    {
        await using var server = await RunningServer.StartAsync();
        var file = Path.Combine(server.Directory, "server.json");

        var text = await File.ReadAllTextAsync(file, RunningServer.Cancelled);
        await server.Server.StopAsync(StopMode.LeaveTasks, RunningServer.Cancelled);

        Assert.Equal($$"""{"url":"http://127.0.0.1:{{server.Server.Url.Port}}","pid":{{Environment.ProcessId}}}""", text);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_thousand_silent_connections_hurt_nobody_and_are_closed()
    {
        await using var server = await RunningServer.StartAsync(options => options with { IdleTimeout = TimeSpan.FromSeconds(2) });
        var silent = new List<TcpClient>();
        for (var i = 0; i < 1_000; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Server.Url.Port, RunningServer.Cancelled);
            silent.Add(client);
        }

        var started = Stopwatch.GetTimestamp();
        await server.ApplyAsync(Manifests.Job("a"));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the call took too long");
        foreach (var client in silent)
        {
            var read = await client.GetStream().ReadAsync(new byte[1], RunningServer.Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), RunningServer.Cancelled);
            Assert.Equal(0, read);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Rubbish_in_place_of_http_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Server.Url.Port, RunningServer.Cancelled);

        await client.GetStream().WriteAsync("\u0001\u0002 rubbish\r\n\r\n"u8.ToArray(), RunningServer.Cancelled);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var answer = await reader.ReadToEndAsync(RunningServer.Cancelled).WaitAsync(TimeSpan.FromSeconds(20), RunningServer.Cancelled);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        await server.GetAsync("/api/v1/server");
    }

    [Fact]
    public async Task Start_is_quick()
    {
        var started = Stopwatch.GetTimestamp();

        await using var server = await RunningServer.StartAsync();
        await server.GetAsync("/api/v1/server");

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{Stopwatch.GetElapsedTime(started)}");
    }

    [Fact]
    public async Task Drain_of_an_idle_machine_ends_in_order()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var server = await RunningServer.StartAsync(options => options with { RunAgent = true, NodeName = "here" });
            await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/watch?kind=node");
            var node = await watch.NextAsync();
            while (node.Data.GetProperty("resource").GetProperty("status").GetProperty("phase").GetString() != "ready")
            {
                node = await watch.NextAsync();
            }

            // In order: before the agent gives up on its goodbye, which it does after 90 s.
            await server.Server.StopAsync(StopMode.Drain, RunningServer.Cancelled).WaitAsync(TimeSpan.FromSeconds(85), RunningServer.Cancelled);
        }
    }

    [Fact]
    public async Task Built_in_agent_runs_work_and_drain_stops_it()
    {
        await using var server = await RunningServer.StartAsync(options => options with { RunAgent = true, NodeName = "here" });
        await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/watch?kind=task");

        await server.ApplyAsync(Manifests.Service("web"));
        var pid = 0;
        while (pid == 0)
        {
            var change = await watch.NextAsync();
            var status = change.Data.GetProperty("resource").GetProperty("status");
            pid = status.TryGetProperty("pid", out var found) && status.GetProperty("phase").GetString() == "running" ? found.GetInt32() : 0;
        }

        Assert.True(Directory.Exists($"/proc/{pid}"), $"no process {pid}");
        await server.Server.StopAsync(StopMode.Drain, RunningServer.Cancelled);
        Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} still lives");
    }
}
