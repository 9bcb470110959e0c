namespace Datahall.Cli.Tests.Series;

public sealed class SeriesTests
{
    [Fact]
    public async Task Series_shows_each_as_a_row_with_bars()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/series", """
            {"metric":"node_load1","from":"2026-05-01T12:00:00Z","to":"2026-05-01T13:00:00Z","stepSeconds":15,"source":"memory",
             "series":[{"labels":{"node":"n2"},"points":[[1,1],[2,1]]},{"labels":{"node":"n1","rack":"r1"},"points":[[1,0],[2,3.5],[3,null],[4,7]]},{"labels":{"node":"n3"},"points":[]}]}
            """);

        var run = await CliRun.AtAsync(server, "series", "node_load1", "-l", "site=lab", "-l", "hall=a b", "--from", "6h", "--rate");

        Assert.Equal(
            """
            SERIES            MIN   MEAN   MAX   LAST
            node=n1,rack=r1   0     3.5    7     7      ▁▅ █
            node=n2           1     1      1     1      ▁▁

            """,
            run.Out);
        Assert.Equal("GET /api/v1/series?metric=node_load1&label=site%3Dlab&label=hall%3Da%20b&from=6h&rate=true", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Series_without_samples_say_so()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/series", """{"metric":"node_lod1","from":"2026-05-01T12:00:00Z","to":"2026-05-01T13:00:00Z","stepSeconds":15,"source":"memory","series":[]}""");

        var run = await CliRun.AtAsync(server, "series", "node_lod1");

        Assert.Equal("", run.Out);
        Assert.Equal("there are no samples of node_lod1 in this time; 'datahall series' lists the metrics\n", run.Error);
    }

    [Fact]
    public async Task Series_without_a_metric_lists_them()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/series/metrics", """{"items":[{"metric":"datahall_nodes","series":7},{"metric":"node_load1","series":1000}]}""");

        var run = await CliRun.AtAsync(server, "series");

        Assert.Equal(
            """
            METRIC           SERIES
            datahall_nodes   7
            node_load1       1000

            """,
            run.Out);
    }
}
