namespace Datahall.Cli.Tests.Top;

public sealed class TopQueuesTests
{
    private const string Standings = """
        {"items":[
          {"name":"company","weight":1,"waitingGangs":0,"dominant":"gpu","share":0.75,"usage":0.5,"resources":[{"resource":"gpu","held":12,"waiting":4,"fairShare":16}]},
          {"name":"default","weight":1,"waitingGangs":0,"dominant":"cpu","share":0,"usage":0,"resources":[]},
          {"name":"research","parent":"company","weight":2,"waitingGangs":1,"dominant":"gpu","share":0.75,"usage":0.125,"resources":[
            {"resource":"memory","limit":1099511627776,"held":0,"waiting":0,"fairShare":0},
            {"resource":"gpu","guarantee":8,"held":12,"waiting":4,"fairShare":16}]}]}
        """;

    [Fact]
    public async Task Top_shows_queues_as_a_tree()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/top/queues", Standings);

        var run = await CliRun.AtAsync(server, "top", "queues");

        Assert.Equal(
            """
            QUEUE        WEIGHT   RESOURCE   GUARANTEE   LIMIT   HELD   WAITING   FAIR SHARE   GANGS WAITING   SHARE %   USAGE %
            company      1        gpu        -           -       12     4         16           0               75        50
              research   2        memory     -           1Ti     0B     0B        0B           1               75        12.5
                                  gpu        8           -       12     4         16
            default      1        -          -           -       -      -         -            0               0         0

            """,
            run.Out);
    }

    [Fact]
    public async Task Top_writes_json_as_it_came()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/top/queues", Standings);

        var run = await CliRun.AtAsync(server, "top", "queues", "-o", "json");

        Assert.Equal(3, System.Text.Json.JsonElement.Parse(run.Out).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Get_shows_queues_with_what_they_hold_and_are_due()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/top/queues", Standings);
        server.On("GET /api/v1/queues", Samples.List(
            """{"kind":"Queue","name":"research","spec":{"parent":"company","weight":2,"guarantee":{"gpu":"8","gpuModels":{"H100":"4"}},"limit":{"cpu":"64","memory":"1Ti"}},"revision":7,"created":"2025-01-01T00:00:00+00:00"}"""));

        var table = await CliRun.AtAsync(server, "get", "queues");
        var json = await CliRun.AtAsync(server, "get", "queues", "-o", "json");

        Assert.StartsWith(
            """
            NAME       PARENT    WEIGHT   GUARANTEE      LIMIT               HELD     FAIR-SHARE   WAITING   AGE
            research   company   2        gpu=8,H100=4   cpu=64,memory=1Ti   gpu=12   gpu=16       gpu=4
            """,
            table.Out,
            StringComparison.Ordinal);
        Assert.DoesNotContain("standing", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_shows_profiles_and_elastic_jobs()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/schedulerprofiles", Samples.List(
            """{"kind":"SchedulerProfile","name":"default","spec":{"scores":[{"policy":"best-fit","weight":1},{"policy":"topology","weight":2.5}],"filters":["data-local"],"order":"fifo","preemption":{"priority":true,"reclaim":false}},"revision":7,"created":"2025-01-01T00:00:00+00:00"}"""));
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job
            .Replace("\"replicas\":3", "\"replicas\":{\"min\":2,\"max\":6}", StringComparison.Ordinal)
            .Replace("\"phase\":\"running\"", "\"phase\":\"running\",\"preemptions\":4", StringComparison.Ordinal)));

        var profiles = await CliRun.AtAsync(server, "get", "profiles");
        var jobs = await CliRun.AtAsync(server, "get", "jobs", "-o", "wide");

        Assert.Contains("default   best-fit,topology*2.5   data-local   fifo    priority     ", profiles.Out, StringComparison.Ordinal);
        Assert.Contains("3/2-6", jobs.Out, StringComparison.Ordinal);
        Assert.Contains("PREEMPTIONS", jobs.Out, StringComparison.Ordinal);
    }
}
