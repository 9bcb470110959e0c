namespace Datahall.Cli.Tests.Tokens;

public sealed class TokensCommandTests
{
    [Fact]
    public async Task Create_shows_the_token_alone_on_standard_output()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("POST /api/v1/tokens", """{"name":"ci","role":"operator","expires":"2027-01-01T00:00:00Z","token":"dht-1"}""");

        var run = await CliRun.AtAsync(server, "tokens", "create", "--role", "operator", "--name", "ci", "--expires", "30d");

        Assert.Equal("dht-1\n", run.Out);
        Assert.Contains("token 'ci' with the role operator until 2027-01-01", run.Error, StringComparison.Ordinal);
        Assert.Contains("POST /api/v1/tokens {\"name\":\"ci\",\"role\":\"operator\",\"expires\":\"30d\"}", server.Requests);
    }

    [Theory]
    [InlineData("'never' is no time", "create", "--role", "viewer", "--name", "a", "--expires", "never")]
    [InlineData("root", "create", "--role", "root", "--name", "a")]
    public async Task Create_says_what_is_wrong(string expected, params string[] arguments)
    {
        await using var server = await FakeServer.StartAsync();

        var run = await CliRun.AtAsync(server, ["tokens", .. arguments]);

        Assert.Equal(2, run.Exit);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_listed_and_revoked()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/tokens", """{"items":[{"name":"ci","role":"operator","created":"2026-01-01T00:00:00Z"},{"name":"old","role":"viewer","created":"2026-01-01T00:00:00Z","expires":"2026-01-02T00:00:00Z"}]}""");
        server.On("DELETE /api/v1/tokens/old", "", 204);

        var list = (await CliRun.AtAsync(server, "tokens", "ls")).Out;
        Assert.Matches(@"ci +operator +\S+ +never", list);
        Assert.Matches(@"old +viewer +\S+ +ended", list);
        Assert.Equal("token 'old' opens nothing any more\n", (await CliRun.AtAsync(server, "tokens", "revoke", "old")).Out);
    }

    [Fact]
    public async Task A_role_that_does_not_do_is_told_as_the_server_says()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/tokens", """{"title":"Forbidden","status":403,"detail":"this call takes the role admin"}""", 403);

        var run = await CliRun.AtAsync(server, "tokens", "ls");

        Assert.Equal(1, run.Exit);
        Assert.Contains("this call takes the role admin", run.Error, StringComparison.Ordinal);
    }
}
