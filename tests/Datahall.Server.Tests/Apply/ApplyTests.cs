using System.Net;
using System.Text;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Apply;

public sealed class ApplyTests
{
    [Fact]
    public async Task Apply_makes_a_resource_that_can_be_read_at_once()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.ApplyAsync(Manifests.Job("a"));
        var job = await server.GetAsync("/api/v1/jobs/a");

        Assert.False(answer.GetProperty("dryRun").GetBoolean());
        var change = Assert.Single(answer.GetProperty("changes").EnumerateArray());
        Assert.Equal(("Job", "a", "created"), (change.GetProperty("kind").GetString(), change.GetProperty("name").GetString(), change.GetProperty("action").GetString()));
        Assert.Equal("Job", job.GetProperty("kind").GetString());
        Assert.Equal("pending", job.GetProperty("status").GetProperty("phase").GetString());
        Assert.Equal(answer.GetProperty("revision").GetInt64(), job.GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Apply_survives_a_restart()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Job("a"));
        var before = await server.GetAsync("/api/v1/jobs/a");

        await server.RestartAsync();

        Assert.Equal(before.GetRawText(), (await server.GetAsync("/api/v1/jobs/a")).GetRawText());
    }

    [Fact]
    public async Task Apply_of_the_same_manifest_again_changes_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web"));

        var again = await server.ApplyAsync(Manifests.Service("web"));

        var change = Assert.Single(again.GetProperty("changes").EnumerateArray());
        Assert.Equal("unchanged", change.GetProperty("action").GetString());
        Assert.Empty(change.GetProperty("diff").EnumerateArray());
    }

    [Fact]
    public async Task Dry_run_shows_the_diff_and_changes_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web", replicas: 2));
        var revision = (await server.GetAsync("/api/v1/server")).GetProperty("revision").GetInt64();

        var answer = await server.ApplyAsync(Manifests.Service("web", replicas: 3) + Manifests.Job("new"), query: "?dryRun=true");

        Assert.True(answer.GetProperty("dryRun").GetBoolean());
        var changes = answer.GetProperty("changes").EnumerateArray().ToDictionary(change => change.GetProperty("name").GetString()!);
        Assert.Equal("configured", changes["web"].GetProperty("action").GetString());
        var difference = Assert.Single(changes["web"].GetProperty("diff").EnumerateArray());
        Assert.Equal("""{"path":"spec.replicas","before":2,"after":3}""", difference.GetRawText());
        Assert.Equal("created", changes["new"].GetProperty("action").GetString());
        await server.GetAsync("/api/v1/jobs/new", HttpStatusCode.NotFound);
        Assert.Equal(revision, (await server.GetAsync("/api/v1/server")).GetProperty("revision").GetInt64());
        Assert.Equal(2, (await server.GetAsync("/api/v1/services/web")).GetProperty("spec").GetProperty("replicas").GetInt32());
    }

    [Fact]
    public async Task Diff_masks_what_looks_like_a_secret()
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.ApplyAsync(Manifests.Job("a", env: "{ DB_PASSWORD: hunter2, MODE: fast }"), query: "?dryRun=true");

        var text = answer.GetRawText();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("***", text, StringComparison.Ordinal);
        Assert.Contains("fast", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_with_an_old_revision_is_a_conflict_at_its_place()
    {
        await using var server = await RunningServer.StartAsync();
        await server.ApplyAsync(Manifests.Service("web", replicas: 1));
        await server.ApplyAsync(Manifests.Service("web", replicas: 2));

        var problem = await server.ApplyAsync("kind: Service\nname: web\nrevision: 1\nspec:\n  replicas: 3\n  run: { process: { command: [x] } }\n", HttpStatusCode.Conflict);

        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal("test.yaml", error.GetProperty("file").GetString());
        Assert.Equal(2, (await server.GetAsync("/api/v1/services/web")).GetProperty("spec").GetProperty("replicas").GetInt32());
    }

    [Fact]
    public async Task Apply_of_a_missing_reference_is_refused_at_its_place()
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.ApplyAsync("kind: Service\nname: web\nspec:\n  queue: nowhere\n  run: { process: { command: [x] } }\n", HttpStatusCode.UnprocessableEntity);

        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(("test.yaml", 4, "spec.queue"), (error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("kind: Job\nname: a\nspec:\n  rolse: []\n", 4, 3)] // a misspelt field
    [InlineData("kind: Jub\nname: a\n", 1, 7)] // an unknown kind
    [InlineData("kind: Service\nname: a\nspec:\n  replicas: many\n  run: { process: { command: [x] } }\n", 4, 13)] // a wrong type
    [InlineData("kind: Service\nname: a\nspec:\n  replicas: -1\n  run: { process: { command: [x] } }\n", 4, 13)] // an impossible value
    [InlineData("kind: Job\nname: [\n", 3, 1)] // no YAML
    [InlineData("{\"kind\": \"Job\"\n \"name\": \"a\"}", 2, 2)] // no JSON
    public async Task Apply_refuses_a_bad_manifest_at_its_place(string manifest, int line, int column)
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.ApplyAsync(manifest, HttpStatusCode.BadRequest);

        var error = problem.GetProperty("errors")[0];
        Assert.Equal("test.yaml", error.GetProperty("file").GetString());
        Assert.Equal((line, column), (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32()));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Apply_refuses_hostile_bodies_and_stays_up()
    {
        await using var server = await RunningServer.StartAsync();
        var rubbish = new byte[100_000];
        new Random(7).NextBytes(rubbish);
        var bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (var c = 'b'; c < 'k'; c++)
        {
            bomb.Append(c).Append(": &").Append(c).Append(" [").AppendJoin(',', Enumerable.Repeat($"*{(char)(c - 1)}", 9)).Append("]\n");
        }

        await server.ApplyAsync(rubbish, HttpStatusCode.BadRequest);
        await server.ApplyAsync(bomb.ToString(), HttpStatusCode.BadRequest);
        await server.ApplyAsync(new string('[', 100_000), HttpStatusCode.BadRequest);
        await server.ApplyAsync("", HttpStatusCode.BadRequest);
        await server.ApplyAsync(new byte[11 * 1024 * 1024], HttpStatusCode.RequestEntityTooLarge);

        await server.ApplyAsync(Manifests.Job("still-up"));
    }

    [Fact]
    public async Task Apply_takes_a_manifest_of_nearly_ten_megabytes()
    {
        await using var server = await RunningServer.StartAsync();
        var padding = new string('x', 200_000);
        var manifest = new StringBuilder();
        for (var i = 0; i < 48; i++)
        {
            manifest.Append(Manifests.Job($"job-{i}", env: $"{{ PADDING: {padding} }}"));
        }

        var answer = await server.ApplyAsync(manifest.ToString());

        Assert.Equal(48, answer.GetProperty("changes").GetArrayLength());
    }
}
