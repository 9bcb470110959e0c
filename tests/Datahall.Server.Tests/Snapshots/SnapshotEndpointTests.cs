using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Server.Snapshots;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Snapshots;

public sealed class SnapshotEndpointTests
{
    [Fact]
    public async Task Snapshot_replayed_explains_everything_as_the_server_does()
    {
        await using var server = await ReadyNode.StartAsync("n1");
        await server.ApplyAsync("kind: Queue\nname: small\nspec: { limit: { cpu: 1 } }\n---\n" + Manifests.Service("web") + Manifests.Job("fits", replicas: 2));
        await server.ApplyAsync(Manifests.Job("wide", replicas: 9) + Manifests.Job("limited", replicas: 2).Replace("spec:\n", "spec:\n  queue: small\n", StringComparison.Ordinal));
        var expected = await ExplanationsAsync(server);

        var snapshot = SnapshotFile.Read(await SaveAsync(server));
        var core = new ControlCore(snapshot.Options, snapshot.Start, snapshot.Now);
        var step = core.Step([], snapshot.Now);

        Assert.Null(step.Batch);
        Assert.Contains(expected, e => e.StartsWith("job/wide: job wide is pending: ", StringComparison.Ordinal));
        Assert.Equal(expected, snapshot.Start.Resources.Select(resource => Text(core.Explain(resource.Key)!)));
    }

    [Fact]
    public async Task Snapshot_holds_no_value_of_an_environment_variable()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(
            Manifests.Job("a", env: "{ DB_PASSWORD: hunter2, MODE: hunter2 }")
            + "kind: Service\nname: web\nspec: { env: { MODE: hunter2 }, run: { process: { command: [serve, --verbose] } } }\n");

        var file = await SaveAsync(server);
        var text = await File.ReadAllTextAsync(file, RunningServer.Cancelled);
        var job = SnapshotFile.Read(file).Start.Resources.OfType<Job>().Single();

        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Equal(["DB_PASSWORD=***", "MODE=***"], job.Spec.Roles[0].Env.Select(v => $"{v.Key}={v.Value}"));
        Assert.Contains("--verbose", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_wants_the_admin_token()
    {
        await using var server = await RunningServer.StartAsync();
        using var join = server.ClientWith(server.Server.JoinToken);
        using var nobody = server.ClientWith(null);

        await RunningServer.ReadAsync(await join.GetAsync("/api/v1/snapshot", RunningServer.Cancelled), System.Net.HttpStatusCode.Forbidden);
        await RunningServer.ReadAsync(await nobody.GetAsync("/api/v1/snapshot", RunningServer.Cancelled), System.Net.HttpStatusCode.Unauthorized);
    }

    private static async Task<string> SaveAsync(RunningServer server)
    {
        var file = Path.Combine(server.Directory, "snapshot");
        using var response = await server.Http.GetAsync("/api/v1/snapshot", RunningServer.Cancelled);
        Assert.Equal("application/x-ndjson", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        await File.WriteAllBytesAsync(file, await response.Content.ReadAsByteArrayAsync(RunningServer.Cancelled), RunningServer.Cancelled);
        return file;
    }

    // In the snapshot's order, which is by kind and name.
    private static async Task<List<string>> ExplanationsAsync(RunningServer server)
    {
        var all = new List<string>();
        foreach (var kind in ResourceKinds.All.Order(StringComparer.Ordinal))
        {
            foreach (var item in (await server.GetAsync($"/api/v1/{kind}s")).GetProperty("items").EnumerateArray())
            {
                var key = new ResourceKey(kind, item.GetProperty("name").GetString()!);
                var why = await server.GetAsync($"/api/v1/explain/{key}");
                all.Add(Text(new(key, why.GetProperty("summary").GetString()!, [.. why.GetProperty("details").EnumerateArray().Select(line => line.GetString()!)])));
            }
        }

        return all;
    }

    private static string Text(Explanation why) => $"{why.Key}: {why.Summary}\n{string.Join('\n', why.Details)}";
}
