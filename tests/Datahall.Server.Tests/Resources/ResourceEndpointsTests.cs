using System.Net;
using System.Text;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Resources;

public sealed class ResourceEndpointsTests
{
    [Fact]
    public async Task List_pages_by_name_and_keeps_its_place_under_changes()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(string.Concat(Enumerable.Range(0, 5).Select(i => Manifests.Job($"job-{i}"))));

        var first = await server.GetAsync("/api/v1/jobs?limit=2");
        await server.DeleteAsync("/api/v1/jobs/job-1");
        await server.ApplyAsync(Manifests.Job("job-0a"));
        var second = await server.GetAsync($"/api/v1/jobs?limit=2&continue={first.GetProperty("continue").GetString()}");
        var third = await server.GetAsync($"/api/v1/jobs?limit=2&continue={second.GetProperty("continue").GetString()}");

        Assert.Equal(["job-0", "job-1"], Names(first));
        Assert.Equal(["job-2", "job-3"], Names(second));
        Assert.Equal(["job-4"], Names(third));
        Assert.False(third.TryGetProperty("continue", out _));
        Assert.Equal(first.GetProperty("revision").GetInt64(), third.GetProperty("revision").GetInt64());
    }

    [Theory]
    [InlineData("team=search", "a,b")]
    [InlineData("team==search,tier!=test", "a")]
    [InlineData("tier", "a,b")]
    [InlineData("!tier", "c,d")]
    [InlineData("team in (ads, feed)", "c")]
    [InlineData("team notin (search)", "c,d")]
    [InlineData("", "a,b,c,d")]
    public async Task List_selects_by_labels(string selector, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(
            Manifests.Job("a", "{ team: search, tier: prod }") + Manifests.Job("b", "{ team: search, tier: test }")
            + Manifests.Job("c", "{ team: ads }") + Manifests.Job("d"));

        var page = await server.GetAsync($"/api/v1/jobs?labels={Uri.EscapeDataString(selector)}");

        Assert.Equal(expected.Split(','), Names(page));
    }

    [Theory]
    [InlineData("/api/v1/jobs?limit=many", HttpStatusCode.BadRequest, "limit")]
    [InlineData("/api/v1/jobs?limit=0", HttpStatusCode.BadRequest, "limit")]
    [InlineData("/api/v1/jobs?continue=%21", HttpStatusCode.BadRequest, "continue")]
    [InlineData("/api/v1/jobs?labels=a%20b", HttpStatusCode.BadRequest, "a b")]
    [InlineData("/api/v1/gadgets", HttpStatusCode.NotFound, "gadgets")]
    [InlineData("/api/v1/jobs/none", HttpStatusCode.NotFound, "job/none")]
    [InlineData("/api/v2", HttpStatusCode.NotFound, "/api/v2")]
    [InlineData("/api/v1/apply", HttpStatusCode.NotFound, "apply")]
    [InlineData("/api/v1/events?about=x", HttpStatusCode.BadRequest, "about")]
    [InlineData("/api/v1/events?newest=0", HttpStatusCode.BadRequest, "newest")]
    [InlineData("/api/v1/watch?kind=gadget", HttpStatusCode.BadRequest, "gadget")]
    [InlineData("/api/v1/watch?after=-1", HttpStatusCode.BadRequest, "after")]
    [InlineData("/api/v1/watch?after=9999", HttpStatusCode.Gone, "9999")]
    [InlineData("/api/v1/explain/job/none", HttpStatusCode.NotFound, "job/none")]
    [InlineData("/api/v1/tasks/none/logs", HttpStatusCode.NotFound, "task/none")]
    [InlineData("/api/v1/tasks/none/logs?stream=x", HttpStatusCode.BadRequest, "stream")]
    public async Task Get_refuses_what_makes_no_sense_and_names_it(string path, HttpStatusCode expected, string named)
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.GetAsync(path, expected);

        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/services/web/scale", "{\"replicas\": \"many\"}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/services/web/scale", "{\"replicas\": 3, \"x\": 1}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/services/web/scale", "{\"replicas\": -3}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/services/web/scale", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/services/web/scale", "not json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/services/web/scale", "{\"replicas\": 3}", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/nodes/n/mode", "{\"mode\": \"ajar\"}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/nodes/n/mode", "{\"mode\": \"open\"}", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/jobs/none/cancel", null, HttpStatusCode.NotFound)]
    [InlineData("/healthz", "{}", HttpStatusCode.MethodNotAllowed)]
    public async Task Post_refuses_what_makes_no_sense(string path, string? body, HttpStatusCode expected)
    {
        await using var server = await RunningServer.StartAsync();

        await server.PostAsync(path, body, expected);
    }

    [Fact]
    public async Task Scale_and_delete_and_cancel_do_what_they_say()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web") + Manifests.Job("a") + Manifests.Job("b"));

        var scaled = await server.PostAsync("/api/v1/services/web/scale", "{\"replicas\": 3}");
        await server.PostAsync("/api/v1/jobs/a/cancel", null);
        var deleted = await server.DeleteAsync("/api/v1/jobs/b");

        Assert.Equal("configured", scaled.GetProperty("changes")[0].GetProperty("action").GetString());
        Assert.Equal(3, (await server.GetAsync("/api/v1/services/web")).GetProperty("spec").GetProperty("replicas").GetInt32());
        Assert.Equal("cancelled", (await server.GetAsync("/api/v1/jobs/a")).GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal("deleted", deleted.GetProperty("changes")[0].GetProperty("action").GetString());
        await server.GetAsync("/api/v1/jobs/b", HttpStatusCode.NotFound);
        await server.DeleteAsync("/api/v1/jobs/b", HttpStatusCode.NotFound);
        await server.DeleteAsync("/api/v1/tasks/a.worker.0", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Explain_says_why_a_job_waits()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Job("a"));

        var explanation = await server.GetAsync("/api/v1/explain/job/a");

        Assert.NotEmpty(explanation.GetProperty("summary").GetString()!);
        Assert.Equal("Job", explanation.GetProperty("key").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Documents_describe_the_api_and_the_manifests()
    {
        await using var server = await RunningServer.StartAsync();

        var openApi = await server.GetAsync("/openapi/v1.json");
        var schema = await server.GetAsync("/api/v1/schema");
        var info = await server.GetAsync("/api/v1/server");

        Assert.Contains("/api/v1/apply", openApi.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        Assert.Contains("/agent/v1/register", openApi.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        Assert.True(schema.TryGetProperty("$schema", out _));
        Assert.Equal("sqlite", info.GetProperty("store").GetString());
        Assert.NotEmpty(info.GetProperty("identity").GetString()!);
    }

    [Fact]
    public async Task Post_refuses_a_large_body_of_any_call()
    {
        await using var server = await RunningServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/services/web/scale")
        {
            Content = new StringContent(new string(' ', 11 * 1024 * 1024), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;

        await RunningServer.ReadAsync(await server.Http.SendAsync(request, RunningServer.Cancelled), HttpStatusCode.RequestEntityTooLarge);
    }

    private static string[] Names(System.Text.Json.JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];
}
