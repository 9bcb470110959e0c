using Microsoft.AspNetCore.Http;

namespace Datahall.Cli.Tests.Events;

public sealed class EventsCommandTests
{
    private const string Placed =
        """{"sequence":4,"time":"2025-01-01T00:00:00+00:00","about":{"kind":"Task","name":"t"},"severity":"normal","reason":"Placed","message":"on n1"}""";

    [Fact]
    public async Task Events_lists_what_happened_to_a_resource()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/events", $$"""{"items":[{{Placed}}]}""");

        var run = await CliRun.AtAsync(server, "events", "task/t");

        Assert.Matches(@"task/t +Placed +on n1\n", run.Out);
        Assert.Equal("GET /api/v1/events?newest=50&about=task%2Ft", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Events_follows_from_the_last_one_shown()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/events", $$"""{"items":[{{Placed}}]}""");
        server.On("GET /api/v1/events/watch", async context =>
        {
            if (context.Request.Query["after"] == "5")
            {
                await stop.CancelAsync();
                return;
            }

            await context.Response.WriteAsync($"id: 5\ndata: {Placed.Replace(":4", ":5", StringComparison.Ordinal).Replace("Placed", "Running", StringComparison.Ordinal)}\n\n");
        });
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var run = await CliRun.OfAsync(
            output, error, stop.Token, "events", "-w", "-o", "json", "--server", server.Url, "--token", FakeServer.Token);

        Assert.Equal(2, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"reason\":\"Running\"", run.Out, StringComparison.Ordinal);
    }
}
