namespace Datahall.Cli.Tests.Report;

public sealed class ReportEnergyTests
{
    private const string Sites = """
        {"from":"2026-05-01T00:00:00+08:00","to":"2026-05-02T00:00:00+08:00","timeZone":"Asia/Shanghai","by":"site",
         "rows":[{"name":"lab","site":"lab","itKilowattHours":1000,"measuredShare":0.75,"coveredShare":1,"facilityKilowattHours":1300,"coolingKilowattHours":240,"cost":910,"currency":"CNY","carbonGrams":520000,"uncountedSeconds":90},
                 {"name":"","itKilowattHours":0.5,"measuredShare":0,"coveredShare":0,"uncountedSeconds":0}],
         "sites":[{"site":"lab","seconds":86400,"facilitySeconds":86400,"metrics":[{"name":"PUE3","value":1.3},{"name":"CUE","unit":"kg/kWh","value":0.52},{"name":"ITUE","reason":"name their types"},{"name":"TUE","reason":"name their types"}]}]}
        """;

    [Fact]
    public async Task Report_shows_rows_and_the_sites_metrics()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/report/energy", Sites);

        var run = await CliRun.AtAsync(server, "report", "energy", "--from", "2026-05-01", "--to", "2026-05-02");

        Assert.Equal(
            """
            2026-05-01 00:00 to 2026-05-02 00:00, Asia/Shanghai

            SITE     QUEUE   IT      MEASURED   FACILITY   COOLING   COST         CO2E    UNCOUNTED
            lab      -       1MWh    75%        1.3MWh     240kWh    910.00 CNY   520kg   1m30s
            (none)   -       500Wh   0%         -          -         -            -       0s

            site/lab: counted 1d, of which the whole site 1d; by the site's model above the servers
            PUE3    CUE     ITUE   TUE
            1.300   0.520   -      -
            ITUE, TUE: name their types

            """,
            run.Out);
        Assert.Equal("GET /api/v1/report/energy?from=2026-05-01&to=2026-05-02", server.Requests[^1]);
    }

    [Fact]
    public async Task Report_writes_csv_with_a_column_for_each_metric()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/report/energy", Sites);

        var run = await CliRun.AtAsync(server, "report", "energy", "-o", "csv");

        Assert.Equal(
            """
            site,from,to,queue,currency,itKilowattHours,measuredShare,coveredShare,facilityKilowattHours,coolingKilowattHours,cost,carbonGrams,uncountedSeconds,PUE3,CUE,ITUE,TUE
            lab,2026-05-01T00:00:00+08:00,2026-05-02T00:00:00+08:00,,CNY,1000,0.75,1,1300,240,910,520000,90,1.3,0.52,,
            ,2026-05-01T00:00:00+08:00,2026-05-02T00:00:00+08:00,,,0.5,0,0,,,,,0,,,,

            """,
            run.Out);
    }

    [Fact]
    public async Task Report_passes_on_what_is_asked_and_what_is_refused()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/report/energy", """{"title":"Bad Request","status":400,"detail":"from is 'x': give an ISO date"}""", 400);

        var run = await CliRun.AtAsync(server, "report", "energy", "--from", "x", "--by", "job", "--site", "lab");

        Assert.NotEqual(0, run.Exit);
        Assert.Contains("from is 'x': give an ISO date", run.Error, StringComparison.Ordinal);
        Assert.Equal("GET /api/v1/report/energy?from=x&by=job&site=lab", server.Requests[^1]);
    }
}
