using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Datahall.Cli.Tests.Gateways;

/// <summary>A control plane with this machine's agent, and gateways beside it, each a process of its own.</summary>
internal sealed class RunningHall : IAsyncDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    private readonly TestDirectory directory = new();
    private readonly List<RunningProgram> programs = [];

    private RunningHall()
    {
    }

    public string Data => Path.Combine(directory.Path, "data");

    /// <summary>The control plane.</summary>
    public RunningProgram Up { get; private set; } = null!;

    private string Url { get; set; } = "";

    public static async Task<RunningHall> StartAsync()
    {
        var hall = new RunningHall();
        await hall.StartUpAsync("http://127.0.0.1:0");
        return hall;
    }

    /// <summary>Starts the control plane again where it was.</summary>
    public Task RestartUpAsync() => StartUpAsync(Url);

    /// <summary>Starts a gateway.</summary>
    /// <returns>The process, and where it takes requests.</returns>
    public async Task<(RunningProgram Program, string Url)> GatewayAsync(string name, string lane = "auto")
    {
        var token = (await CliRun.OfAsync("node", "join-token", "--data", Data)).Out.Trim();
        var gateway = RunningProgram.Start(
            ["gateway", "--server", Url, "--token", token, "--name", name, "--listen", "http://127.0.0.1:0", "--lane", lane, "--data", Path.Combine(directory.Path, name)]);
        programs.Add(gateway);
        var line = await gateway.LineAsync("takes requests at");
        return (gateway, line.Split(' ')[^3]);
    }

    /// <summary>Applies a manifest and waits until the service is wholly healthy in the version that it wants.</summary>
    public async Task ApplyAsync(string service, string manifest)
    {
        var run = await CliRun.OfAsync("apply", "-f", directory.Write("work.yaml", manifest), "--data", Data);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        await UntilAsync($"service/{service}", static service => service.GetProperty("status").GetProperty("phase").GetString() == "healthy");
    }

    public async Task ApplyTenantAsync(string manifest)
    {
        var run = await CliRun.OfAsync("apply", "-f", directory.Write("tenant.yaml", manifest), "--data", Data);
        Assert.Equal((0, ""), (run.Exit, run.Error));
    }

    /// <summary>Waits until a gateway knows a key.</summary>
    public static Task RoutesHaveKeyAsync(string url, string key) => UntilAsync(
        async () =>
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}/v1/models");
            request.Headers.Authorization = new("Bearer", key);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        },
        $"the key at {url}");

    public async Task ScaleAsync(string service, int replicas)
    {
        await CliRun.OfAsync("scale", $"service/{service}", "--replicas", replicas.ToString(CultureInfo.InvariantCulture), "--data", Data);
        await UntilTasksAsync(service, tasks => tasks.Count == replicas && tasks.All(IsReady));
    }

    /// <summary>The process ids of a service's ready replicas, by name.</summary>
    public async Task<IReadOnlyList<int>> PidsAsync(string service) => [.. (await TasksAsync(service)).Where(IsReady).Select(static task => task.GetProperty("status").GetProperty("pid").GetInt32())];

    /// <summary>Waits until so many replicas are ready and none is left of what was.</summary>
    public Task ReadyAsync(string service, int replicas) => UntilTasksAsync(service, tasks => tasks.Count == replicas && tasks.All(IsReady));

    public static async Task SignalAsync(int pid, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in programs)
        {
            await program.DisposeAsync();
        }

        if (Directory.Exists(Data))
        {
            // In order, so that no replica outlives the test.
            await Up.EndAsync("TERM");
        }

        await Up.DisposeAsync();
        directory.Dispose();
    }

    private async Task StartUpAsync(string listen)
    {
        Up = RunningProgram.Start("up", "--data", Data, "--listen", listen, "--gateway", "none", "--node", "here");
        Url = (await Up.LineAsync("is ready at")).Split(' ')[^1];
    }

    private static bool IsReady(JsonElement task) =>
        task.GetProperty("status") is var status && status.GetProperty("phase").GetString() == "running" && status.TryGetProperty("ready", out var ready) && ready.GetBoolean();

    private async Task<IReadOnlyList<JsonElement>> TasksAsync(string service)
    {
        var run = await CliRun.OfAsync("get", "tasks", "-o", "json", "--data", Data);
        using var list = JsonDocument.Parse(run.Out);
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Where(task => task.GetProperty("spec").TryGetProperty("service", out var owner) && owner.GetString() == service).Select(static task => task.Clone())];
    }

    private Task UntilTasksAsync(string service, Func<IReadOnlyList<JsonElement>, bool> condition) =>
        UntilAsync(async () => condition(await TasksAsync(service)), $"the tasks of {service}");

    private Task UntilAsync(string target, Func<JsonElement, bool> condition) => UntilAsync(
        async () =>
        {
            var run = await CliRun.OfAsync("get", target, "-o", "json", "--data", Data);
            using var found = JsonDocument.Parse(run.Out);
            return condition(found.RootElement);
        },
        target);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < patience, $"{what} did not become as expected within {patience}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
