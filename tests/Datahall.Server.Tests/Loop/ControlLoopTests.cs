using System.Net;
using Datahall.Control.Store;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Loop;

public sealed class ControlLoopTests
{
    [Fact]
    public async Task A_store_that_fails_costs_nothing_but_the_writes_meanwhile()
    {
        var (server, store) = await RunningServer.StartWithFailingStoreAsync();
        await using var owned = server;
        await server.ApplyAsync(Manifests.Job("before"));

        store.Failure = new IOException("disk full");
        var problem = await server.ApplyAsync(Manifests.Job("during"), HttpStatusCode.ServiceUnavailable);
        var jobs = await server.GetAsync("/api/v1/jobs");
        store.Failure = null;
        await server.ApplyAsync(Manifests.Job("after"));

        Assert.Contains("disk full", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, jobs.GetProperty("items").GetArrayLength());
        await server.GetAsync("/api/v1/jobs/during", HttpStatusCode.NotFound);
        await server.RestartAsync();
        Assert.Equal(["after", "before"], (await server.GetAsync("/api/v1/jobs")).GetProperty("items").EnumerateArray().Select(job => job.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_failure_of_unknown_effect_rebuilds_the_core_from_the_store()
    {
        var (server, store) = await RunningServer.StartWithFailingStoreAsync();
        await using var owned = server;
        await server.ApplyAsync(Manifests.Job("before"));

        store.Failure = new InvalidOperationException("who knows");
        await server.ApplyAsync(Manifests.Job("during"), HttpStatusCode.InternalServerError);
        store.Failure = null;
        await server.ApplyAsync(Manifests.Job("after"));

        await server.GetAsync("/api/v1/jobs/during", HttpStatusCode.NotFound);
        await server.GetAsync("/api/v1/jobs/before");
    }

    [Fact]
    public async Task Another_writer_of_the_store_stops_the_loop_and_says_so()
    {
        var (server, store) = await RunningServer.StartWithFailingStoreAsync();
        await using var owned = server;

        store.Conflict = new WriteConflict(null, 1, 7);
        await server.ApplyAsync(Manifests.Job("a"), HttpStatusCode.ServiceUnavailable);

        var reason = await server.Server.Failed.WaitAsync(TimeSpan.FromSeconds(20), RunningServer.Cancelled);
        Assert.Contains("another control plane", reason, StringComparison.Ordinal);
        await server.ApplyAsync(Manifests.Job("a"), HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Many_writers_at_once_are_all_answered()
    {
        await using var server = await RunningServer.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => server.ApplyAsync(Manifests.Job($"job-{i}"))));

        Assert.Equal(200, (await server.GetAsync("/api/v1/jobs")).GetProperty("items").GetArrayLength());
        var revision = (await server.GetAsync("/api/v1/server")).GetProperty("revision").GetInt64();
        Assert.True(revision <= 201, $"{revision} commits");
    }
}
