using System.Net;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Watch;

public sealed class WatchTests
{
    [Fact]
    public async Task Watch_sends_what_is_and_then_what_changes()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("a"));
        await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/watch?kind=service");

        var first = await watch.NextAsync();
        await server.PostAsync("/api/v1/services/a/scale", "{\"replicas\": 5}");
        var second = await watch.NextAsync();
        await server.DeleteAsync("/api/v1/services/a");
        var last = await watch.NextAsync();
        while (last.Name != "delete")
        {
            last = await watch.NextAsync();
        }

        Assert.Equal("put", first.Name);
        Assert.Equal(first.Id, first.Data.GetProperty("revision").GetInt64());
        Assert.Equal(5, second.Data.GetProperty("resource").GetProperty("spec").GetProperty("replicas").GetInt32());
        Assert.True(second.Id > first.Id, $"{second.Id} does not follow {first.Id}");
        Assert.False(last.Data.TryGetProperty("resource", out _));
        Assert.Equal("a", last.Data.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_resumes_after_the_last_event(bool afterRestart)
    {
        await using var server = await RunningServer.StartAsync();
        var revision = (await server.ApplyAsync(Manifests.Service("a"))).GetProperty("revision").GetInt64();
        await server.ApplyAsync(Manifests.Service("b"));
        await server.DeleteAsync("/api/v1/services/a");
        if (afterRestart)
        {
            await server.RestartAsync();
        }

        await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/watch?kind=service", lastEventId: revision);
        var seen = new List<string>();
        while (!seen.Contains("put b") || !seen.Contains("delete a"))
        {
            var next = await watch.NextAsync();
            seen.Add($"{next.Name} {next.Data.GetProperty("name").GetString()}");
        }

        await server.ApplyAsync(Manifests.Service("c"));
        var live = await watch.NextAsync();
        while (live.Data.GetProperty("name").GetString() != "c")
        {
            live = await watch.NextAsync();
        }

        Assert.DoesNotContain("put c", seen);
        Assert.NotNull(live.Id);
    }

    [Fact]
    public async Task Watch_from_a_compacted_revision_is_gone()
    {
        var (server, store) = await RunningServer.StartWithFailingStoreAsync();
        await using var owned = server;
        await server.ApplyAsync(Manifests.Service("a"));
        await server.DeleteAsync("/api/v1/services/a");
        await server.ApplyAsync(Manifests.Service("b"));
        await store.CompactAsync(store.Revision, 10, RunningServer.Cancelled);

        await server.RestartAsync();

        var problem = await server.GetAsync("/api/v1/watch?after=1", HttpStatusCode.Gone);
        Assert.Contains("list again", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ends_when_the_server_stops()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("a"));
        using var http = server.ClientWith(server.Server.AdminToken);
        await using var watch = await SseReader.OpenAsync(http, "/api/v1/watch?kind=service");
        await watch.NextAsync();

        await server.RestartAsync();

        Assert.True(await watch.HasEndedAsync());
    }
}
