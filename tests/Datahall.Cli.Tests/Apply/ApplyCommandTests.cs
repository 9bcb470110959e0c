namespace Datahall.Cli.Tests.Apply;

public sealed class ApplyCommandTests
{
    private const string Queue = """
        kind: Queue
        name: research
        spec:
          parent: all
        """;

    [Fact]
    public async Task Apply_tells_what_changed()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """{"revision":8,"dryRun":false,"changes":[{"kind":"Queue","name":"research","action":"created","diff":[]}]}""");
        using var directory = new TestDirectory();

        var run = await CliRun.AtAsync(server, "apply", "-f", directory.Write("q.yaml", Queue));

        Assert.Equal((0, "queue/research created\n", ""), (run.Exit, run.Out, run.Error));
        Assert.Equal("""POST /api/v1/apply [{"kind":"Queue","name":"research","spec":{"parent":"all","weight":1}}]""", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Apply_shows_every_field_of_a_dry_run()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """
            {"revision":8,"dryRun":true,"changes":[{"kind":"Queue","name":"research","action":"configured","diff":[
              {"path":"spec.parent","before":"root","after":"all"},{"path":"spec.limit.cpu","after":"4"},{"path":"labels.team","before":"x"}]}]}
            """);
        using var directory = new TestDirectory();

        var run = await CliRun.AtAsync(server, "apply", "--dry-run", "-f", directory.Write("q.yaml", Queue));

        Assert.Equal(
            "queue/research configured (dry run)\n  - spec.parent: root\n  + spec.parent: all\n  + spec.limit.cpu: 4\n  - labels.team: x\n", run.Out);
        Assert.StartsWith("POST /api/v1/apply?dryRun=true", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_tells_where_tasks_would_be_and_who_would_be_stopped()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """
            {"revision":8,"dryRun":true,"changes":[{"kind":"Queue","name":"research","action":"unchanged","diff":[]}],
             "remarks":[{"kind":"Queue","name":"research","path":"spec.guarantee","message":"it is too much"}],
             "plan":{"tasks":[{"task":"big.worker.0","node":"n1","devices":[0,1],"start":"2026-05-01T12:00:00Z"},{"task":"big.worker.1","devices":[],"reason":"0/1 nodes"}],
                     "stopped":[{"task":"low.worker.0","owner":{"kind":"Job","name":"low"},"node":"n1","workLostDeviceSeconds":12.5}]}}
            """);
        using var directory = new TestDirectory();

        var run = await CliRun.AtAsync(server, "apply", "--dry-run", "-f", directory.Write("q.yaml", Queue));

        Assert.Equal(
            """
            queue/research unchanged (dry run)
            where the tasks would be:
              big.worker.0: n1, GPUs 0, 1
              big.worker.1 waits: 0/1 nodes; when it would start cannot be foreseen
            who would be stopped to make room:
              low.worker.0 of job/low on n1: 12.5 device-seconds of work lost

            """,
            run.Out);
        Assert.Equal("note: queue/research: spec.guarantee: it is too much\n", run.Error);
    }

    [Fact]
    public async Task Apply_writes_the_servers_answer_as_json()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """{"revision":8,"dryRun":true,"changes":[],"remarks":[],"plan":{"tasks":[],"stopped":[],"later":1}}""");
        using var directory = new TestDirectory();
        var file = directory.Write("q.yaml", Queue);

        var run = await CliRun.AtAsync(server, "apply", "--dry-run", "-o", "json", "-f", file);
        var both = await CliRun.AtAsync(server, "apply", "--wait", "-o", "json", "-f", file);

        Assert.Equal(1, System.Text.Json.JsonElement.Parse(run.Out).GetProperty("plan").GetProperty("later").GetInt32());
        Assert.Equal(2, both.Exit);
    }

    [Fact]
    public async Task Apply_reads_a_directory_as_one_set()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """{"revision":8,"dryRun":false,"changes":[]}""");
        using var directory = new TestDirectory();
        directory.Write("b.yaml", Queue);
        directory.Write("a.json", """{"kind":"Queue","name":"all","spec":{}}""");
        directory.Write("notes.txt", "nothing");

        var run = await CliRun.AtAsync(server, "apply", "-f", directory.Path);

        Assert.Equal(0, run.Exit);
        Assert.Contains("""[{"kind":"Queue","name":"all","spec":{"weight":1}},{"kind":"Queue","name":"research",""", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_reports_every_error_with_its_place()
    {
        using var directory = new TestDirectory();
        var file = directory.Write("q.yaml", "kind: Queue\nname: research\nspec:\n  parnet: all\n  limit: {cpu: lots}\n");

        var run = await CliRun.OfAsync("apply", "-f", file);

        Assert.Equal(2, run.Exit);
        Assert.StartsWith("datahall: 2 errors in the manifests; nothing was changed\n", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:4:3: spec.parnet: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("parent", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:5:16: spec.limit.cpu: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: [")]
    [InlineData("\0\u0001\u0002 binary")]
    [InlineData("")]
    [InlineData("kind: Queu\nname: x\nspec: {}\n")]
    public async Task Apply_refuses_what_is_no_manifest(string text)
    {
        using var directory = new TestDirectory();

        var run = await CliRun.OfAsync("apply", "-f", directory.Write("bad.yaml", text));

        Assert.Equal(2, run.Exit);
        Assert.StartsWith("datahall: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_says_when_a_file_is_missing()
    {
        var run = await CliRun.OfAsync("apply", "-f", "/nowhere/x.yaml");

        Assert.Equal((2, "datahall: there is no file or directory '/nowhere/x.yaml'\n"), (run.Exit, run.Error));
    }

    [Fact]
    public async Task Apply_puts_the_servers_errors_at_their_lines()
    {
        await using var server = await FakeServer.StartAsync();
        server.On(
            "POST /api/v1/apply",
            """{"title":"Unprocessable","status":422,"detail":"queue/research: there is no queue 'all'","errors":[{"path":"queue/research: spec.parent","message":"there is no queue 'all'"}]}""",
            status: 422);
        using var directory = new TestDirectory();
        var file = directory.Write("q.yaml", Queue);

        var run = await CliRun.AtAsync(server, "apply", "-f", file);

        Assert.Equal(1, run.Exit);
        Assert.Equal($"datahall: queue/research: there is no queue 'all'\n{file}:4:11: spec.parent: there is no queue 'all'\n", run.Error);
    }

    [Fact]
    public async Task Apply_waits_until_the_work_is_done()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/apply", """{"revision":6,"dryRun":false,"changes":[{"kind":"Job","name":"pi","action":"created"}]}""");
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job));
        server.On("GET /api/v1/watch", context =>
        {
            var done = Samples.Job.Trim().Replace("running\",\"tasks\":{\"running\":3,\"ready\":3}", "succeeded\",\"tasks\":{\"succeeded\":3}", StringComparison.Ordinal);
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, $"id: 9\ndata: {{\"revision\":9,\"kind\":\"Job\",\"name\":\"pi\",\"resource\":{done}}}\n\n");
        });
        using var directory = new TestDirectory();
        var manifest = directory.Write("job.yaml", "kind: Job\nname: pi\nspec: { roles: [{ name: worker, replicas: 3, run: { process: { command: ['true'] } } }] }\n");

        var run = await CliRun.AtAsync(server, "apply", "--wait", "-f", manifest);

        Assert.Equal((0, "job/pi created\njob/pi running 3/3\njob/pi succeeded 3/3\n", ""), (run.Exit, run.Out, run.Error));
    }
}
