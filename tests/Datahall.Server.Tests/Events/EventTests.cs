using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Events;

public sealed class EventTests
{
    [Fact]
    public async Task Events_are_listed_oldest_first_and_by_resource()
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();
        await server.ApplyAsync(Manifests.Job("a") + Manifests.Job("b"));

        var all = (await server.GetAsync("/api/v1/events")).GetProperty("items").EnumerateArray().ToList();
        var ofNode = (await server.GetAsync("/api/v1/events?about=node/n1")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(all.Select(e => e.GetProperty("sequence").GetInt64()).Order(), all.Select(e => e.GetProperty("sequence").GetInt64()));
        Assert.NotEmpty(ofNode);
        Assert.All(ofNode, e => Assert.Equal("n1", e.GetProperty("about").GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_watch_resumes_and_goes_on(bool afterRestart)
    {
        await using var server = await RunningServer.StartAsync();
        using var agent = new FakeAgent(server, "n1");
        await agent.RegisterAsync();
        if (afterRestart)
        {
            await server.RestartAsync();
        }

        await using var watch = await SseReader.OpenAsync(server.Http, "/api/v1/events/watch?after=0&about=node/n1");
        var first = await watch.NextAsync();
        await server.PostAsync("/api/v1/nodes/n1/mode", "{\"mode\": \"cordoned\"}");
        var next = await watch.NextAsync();

        Assert.Equal(first.Id, first.Data.GetProperty("sequence").GetInt64());
        Assert.True(next.Id > first.Id);
        Assert.Equal("n1", next.Data.GetProperty("about").GetProperty("name").GetString());
    }
}
