using Microsoft.AspNetCore.Http;

namespace Datahall.Cli.Tests.Get;

public sealed class GetWatchTests
{
    [Fact]
    public async Task RunAsync_shows_changes_and_goes_on_after_a_lost_connection()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", Samples.List(Samples.Node));
        server.On("GET /api/v1/watch", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            switch (context.Request.Query["after"].ToString())
            {
                case "7":
                    await context.Response.WriteAsync(Message(8, Samples.Node.Replace("ready", "lost", StringComparison.Ordinal)));
                    break; // and the connection ends
                case "8":
                    await context.Response.WriteAsync("id: 9\nevent: delete\ndata: {\"revision\":9,\"kind\":\"Node\",\"name\":\"n1\"}\n\n");
                    break;
                default:
                    await stop.CancelAsync();
                    break;
            }
        });
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var run = await CliRun.OfAsync(output, error, stop.Token, "get", "nodes", "-w", "--server", server.Url, "--token", FakeServer.Token);

        Assert.Equal(Interrupt.ExitCode, run.Exit);
        var lines = run.Out.Split('\n');
        Assert.Contains("ready", lines[1], StringComparison.Ordinal);
        Assert.Contains("lost", lines[2], StringComparison.Ordinal);
        Assert.Equal("node/n1 deleted\n", run.Error);
    }

    [Fact]
    public async Task RunAsync_lists_again_when_the_revision_is_compacted()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = await FakeServer.StartAsync();
        var lists = 0;
        server.On("GET /api/v1/nodes", async context =>
        {
            await context.Response.WriteAsync(Samples.List(Samples.Node));
            if (++lists == 2)
            {
                await context.Response.CompleteAsync();
                await stop.CancelAsync();
            }
        });
        server.On("GET /api/v1/watch", """{"title":"Gone","status":410,"detail":"revision 7 is compacted"}""", status: 410);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var run = await CliRun.OfAsync(output, error, stop.Token, "get", "nodes", "-w", "--server", server.Url, "--token", FakeServer.Token);

        Assert.Equal(2, lists);
        Assert.Contains("changes were missed", run.Error, StringComparison.Ordinal);
    }

    private static string Message(long revision, string resource) =>
        $"id: {revision}\nevent: put\ndata: {{\"revision\":{revision},\"kind\":\"Node\",\"name\":\"n1\",\"resource\":{resource.Trim()}}}\n\n";
}
