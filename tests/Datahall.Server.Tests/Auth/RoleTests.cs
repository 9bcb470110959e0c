using System.Net;
using System.Text;
using System.Text.Json;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Auth;

public sealed class RoleTests
{
    private const string Queue = "kind: Queue\nname: q\nspec: {}\n";
    private const string Job = "kind: Job\nname: j\nspec: {roles: [{name: w, run: {process: {command: [sleep, '1']}}}]}\n";

    // What each role may do: the table of docs/guides/operations.md, a row each. 1 viewer, 2 operator, 3 admin.
    private static readonly (string Method, string Path, string? Body, int Least)[] table =
    [
        ("GET", "/api/v1/jobs", null, 1),
        ("GET", "/api/v1/events", null, 1),
        ("GET", "/api/v1/top/queues", null, 1),
        ("GET", "/openapi/v1.json", null, 1),
        ("GET", "/api/v1/whoami", null, 1),
        ("POST", "/api/v1/apply", Job, 2),
        ("POST", "/api/v1/jobs/none/cancel", "", 2),
        ("POST", "/api/v1/services/none/scale", """{"replicas":1}""", 2),
        ("POST", "/api/v1/services/none/rollout/abort", "", 2),
        ("POST", "/api/v1/nodes/none/mode", """{"mode":"draining"}""", 2),
        ("POST", "/api/v1/nodes/none/power", """{"power":"auto"}""", 2),
        ("POST", "/api/v1/nodes/none/cap", """{"cap":null}""", 2),
        ("POST", "/api/v1/optimize/rebalance?dryRun=true", "", 2),
        ("DELETE", "/api/v1/jobs/none", null, 2),
        ("DELETE", "/api/v1/nodes/none", null, 2),
        ("POST", "/api/v1/apply", Queue, 3),
        ("POST", "/api/v1/apply", Job + "---\n" + Queue, 3),
        ("DELETE", "/api/v1/queues/none", null, 3),
        ("DELETE", "/api/v1/alertrules/none", null, 3),
        ("GET", "/api/v1/tokens", null, 3),
        ("DELETE", "/api/v1/tokens/none", null, 3),
        ("GET", "/api/v1/snapshot", null, 3),
        ("GET", "/api/v1/join-token", null, 3),
    ];

    [Theory]
    [InlineData("/api/v1/watch?after=0")]
    [InlineData("/api/v1/events/watch")]
    public async Task An_open_stream_ends_when_its_token_is_revoked(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var client = server.ClientWith(await NewTokenAsync(server, "gone", "viewer"));
        await using var stream = await SseReader.OpenAsync(client, path);

        using (var revoked = await server.Http.DeleteAsync("/api/v1/tokens/gone", RunningServer.Cancelled))
        {
            Assert.True(revoked.IsSuccessStatusCode);
        }

        while (!await stream.HasEndedAsync())
        {
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(client, "GET", path, null)).Status);
    }

    [Fact]
    public async Task A_call_takes_a_role()
    {
        await using var server = await RunningServer.StartAsync();
        var rank = 0;
        foreach (var role in (string[])["viewer", "operator", "admin"])
        {
            rank++;
            using var client = server.ClientWith(await NewTokenAsync(server, $"t-{role}", role));
            foreach (var (method, path, body, least) in table)
            {
                var (status, text) = await CallAsync(client, method, path, body);

                Assert.True(status is HttpStatusCode.Forbidden == rank < least, $"{role} got {status} of {method} {path}: {text}");
                Assert.True(status is not (HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest), $"{role} got {status} of {method} {path}: {text}");
                if (rank < least)
                {
                    Assert.Matches($"takes the role {(least == 2 || rank == 1 ? "(operator|admin)" : "admin")}, and the token 't-{role}' has {role}", JsonElement.Parse(text).GetProperty("detail").GetString());
                }
            }
        }
    }

    [Theory]
    [InlineData("/agent/v1/nodes/n/orders?session=s")]
    [InlineData("/api/v1/gateways/g/routes")]
    public async Task Agents_calls_are_not_for_people(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = server.ClientWith(await NewTokenAsync(server, "v", "operator"));

        await RunningServer.ReadAsync(await viewer.GetAsync(path, RunningServer.Cancelled), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_kept_as_a_hash_over_restarts()
    {
        await using var server = await RunningServer.StartAsync();
        var token = await NewTokenAsync(server, "grafana", "viewer");

        await server.RestartAsync();

        using var client = server.ClientWith(token);
        var who = await RunningServer.ReadAsync(await client.GetAsync("/api/v1/whoami", RunningServer.Cancelled), HttpStatusCode.OK);
        Assert.Equal(("grafana", "viewer"), (who.GetProperty("name").GetString(), who.GetProperty("role").GetString()));
        var file = Path.Combine(server.Directory, "tokens.json");
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, RunningServer.Cancelled), StringComparison.Ordinal);
        Assert.DoesNotContain(token, (await server.GetAsync("/api/v1/tokens")).ToString(), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_token_that_is_revoked_or_over_opens_nothing()
    {
        var time = new SetTime();
        await using var server = await RunningServer.StartAsync(options => options with { Time = time });
        var (forever, month) = (await NewTokenAsync(server, "forever", "viewer"), await NewTokenAsync(server, "month", "viewer", "30d"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, month));

        time.Ahead = TimeSpan.FromDays(31);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, month));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, forever));

        await server.DeleteAsync("/api/v1/tokens/forever", HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, forever));
        await server.DeleteAsync("/api/v1/tokens/forever", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"name":"A b","role":"viewer"}""", "name is not")]
    [InlineData("""{"name":"a","role":"root"}""", "role is not one of viewer, operator, admin")]
    [InlineData("""{"name":"admin","role":"viewer"}""", "there is a token 'admin' already")]
    [InlineData("""{"name":"a","role":"viewer","expires":"0s"}""", "expires is 0s")]
    public async Task Create_says_what_is_wrong(string body, string expected)
    {
        await using var server = await RunningServer.StartAsync();

        var problem = await server.PostAsync("/api/v1/tokens", body, HttpStatusCode.BadRequest);

        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> CallAsync(HttpClient client, string method, string path, string? body)
    {
        var type = path.EndsWith("apply", StringComparison.Ordinal) ? "application/yaml" : "application/json";
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var answer = await client.SendAsync(request, RunningServer.Cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(RunningServer.Cancelled));
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningServer server, string token)
    {
        using var client = server.ClientWith(token);
        using var answer = await client.GetAsync("/api/v1/whoami", RunningServer.Cancelled);
        return answer.StatusCode;
    }

    private static async Task<string> NewTokenAsync(RunningServer server, string name, string role, string? expires = null) =>
        (await server.PostAsync("/api/v1/tokens", $$"""{"name":"{{name}}","role":"{{role}}"{{(expires is null ? "" : $",\"expires\":\"{expires}\"")}}}""")).GetProperty("token").GetString()!;

    // The real clock, set forward: timers go on as they would.
    private sealed class SetTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
