namespace Datahall.Cli.Tests.Top;

public sealed class TopPowerTests
{
    private const string Power = """
        {"time":"2026-05-01T12:00:00Z",
         "sites":[{"site":"lab","itWatts":1200,"facilityWatts":1750,"coolingWatts":400,"lossWatts":100,"otherWatts":50,"pue":1.4583,"outdoorCelsius":21.34,"supplyCelsius":18},
                  {"site":"","itWatts":70,"missing":"no site says where the node stands"}],
         "nodes":[{"node":"n1","site":"lab","hall":"a","rack":"r1","watts":1200,"source":"measured","serverType":"cpu-2s","typeFrom":"rack","idleWatts":200,"facilityWatts":1750,"coolingWatts":400,"inletCelsius":19.5,"price":1.4321,"tasks":2,"capWatts":900,"heldWatts":898},
                  {"node":"n2","site":"","watts":70,"source":"estimated","serverType":"8-cpus","typeFrom":"capacity","idleWatts":70,"tasks":0,"capWatts":60}],
         "owners":[{"kind":"job","name":"train","queue":"default","tasks":2,"watts":1000,"facilityWatts":1458.3,"coolingWatts":333.3,"measuredShare":1},
                   {"kind":"idle","name":"","tasks":0,"watts":270,"facilityWatts":291.7,"coolingWatts":66.7,"measuredShare":0.74}]}
        """;

    [Fact]
    public async Task Top_shows_sites_nodes_and_work()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/top/power", Power);

        var run = await CliRun.AtAsync(server, "top", "power");

        Assert.Equal(
            """
            SITE   IT      FACILITY   COOLING   LOSSES   OTHER   PUE NOW   OUTDOOR   SUPPLY
            lab    1.2kW   1.75kW     400W      100W     50W     1.458     21.3°C    18.0°C
            -      70W     -          -         -        -       -         -         -

            NODE   RACK       POWER   CAP                  SOURCE      TYPE                IDLE   FACILITY   COOLING   INLET    PRICE   TASKS
            n1     lab/a/r1   1.2kW   900W                 measured    cpu-2s (rack)       200W   1.75kW     400W      19.5°C   1.432   2
            n2     -          70W     60W (not in force)   estimated   8-cpus (capacity)   70W    -          -         -        -       0

            WORK        QUEUE     TASKS   POWER   MEASURED   FACILITY   COOLING
            job/train   default   2       1kW     100%       1.46kW     333W
            (idle)      -         0       270W    74%        292W       66.7W

            """,
            run.Out);
        Assert.Equal("nodes without a place: no site says where the node stands\n", run.Error);
    }

    [Fact]
    public async Task Get_wide_shows_what_a_job_used()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job.Replace(
            "\"phase\":\"running\"",
            "\"phase\":\"running\",\"energy\":{\"since\":\"2026-05-01T12:00:00Z\",\"through\":\"2026-05-01T13:00:00Z\",\"itKilowattHours\":12.34,\"facilityKilowattHours\":17.5,\"coolingKilowattHours\":0.00321,\"cost\":2.1,\"currency\":\"EUR\",\"carbonGrams\":6650}",
            StringComparison.Ordinal)));

        var run = await CliRun.AtAsync(server, "get", "jobs", "-o", "wide");

        Assert.Contains("IT-ENERGY   ENERGY    COOLING   COST       CO2E", run.Out, StringComparison.Ordinal);
        Assert.Contains("12.3kWh     17.5kWh   3.21Wh    2.10 EUR   6.65kg", run.Out, StringComparison.Ordinal);
    }
}
