using System.Diagnostics;

namespace Datahall.Cli.Tests.Top;

public sealed class TopLogsTests
{
    [Fact]
    public async Task Top_logs_shows_what_is_unusual_and_then_the_templates()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/logs/templates", """{"items":[{"id":"E1","text":"step <*> done","lines":12,"of":"tasks","lastTask":"a.worker.0"},{"id":"E3","text":"eth<*>: link down","lines":1,"of":"kernels","lastTask":"node/n1"}]}""");
        server.On("GET /api/v1/logs/anomalies", """{"items":[{"kind":"burst","template":"E2","text":"ERROR x","severity":"warning","task":"a.worker.0","time":"2026-01-02T03:04:05+00:00","lines":90,"expected":1.5}]}""");

        // In a zone that is not the server's: the terminal shows its own time.
        var start = new ProcessStartInfo(RunningProgram.Path, ["top", "logs", "--search", "step \"a b\"", "--server", server.Url, "--token", FakeServer.Token]) { RedirectStandardOutput = true, Environment = { ["TZ"] = "Asia/Tokyo" } };
        using var program = Process.Start(start)!;
        var output = await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            TIME                  SEVERITY   WHAT                                    ID   BY           TEMPLATE
            2026-01-02 12:04:05   warning    burst: 90 lines a minute, usually 1.5   E2   a.worker.0   ERROR x

            ID   LINES   OF        LAST BY      TEMPLATE
            E1   12      tasks     a.worker.0   step <*> done
            E3   1       kernels   node/n1      eth<*>: link down

            """, output);
        Assert.Equal("GET /api/v1/logs/templates?limit=50&search=step%20%22a%20b%22", server.Requests[0]);
    }

    [Fact]
    public async Task Top_logs_in_json_is_the_answer_of_the_server()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/logs/templates", """{"items":[]}""");

        var run = await CliRun.AtAsync(server, "top", "logs", "-o", "json");

        Assert.Equal(0, run.Exit);
        Assert.Contains("\"items\"", run.Out, StringComparison.Ordinal);
    }
}
