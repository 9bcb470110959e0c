using System.Net;
using Datahall.Server.Tests.Hosting;

namespace Datahall.Server.Tests.Auth;

public sealed class AuthTests
{
    [Theory]
    [InlineData("/api/v1/jobs")]
    [InlineData("/api/v1/server")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/agent/v1/nodes/n/orders?session=s")]
    [InlineData("/nowhere")]
    public async Task Calls_without_a_token_or_with_a_wrong_one_are_refused(string path)
    {
        await using var server = await RunningServer.StartAsync();
        using var none = server.ClientWith(null);
        using var wrong = server.ClientWith(server.Server.AdminToken[..^1] + "x");

        var unsigned = await none.GetAsync(path, RunningServer.Cancelled);
        Assert.Contains("Bearer", unsigned.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await RunningServer.ReadAsync(unsigned, HttpStatusCode.Unauthorized);
        await RunningServer.ReadAsync(await wrong.GetAsync(path, RunningServer.Cancelled), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Health_needs_no_token()
    {
        await using var server = await RunningServer.StartAsync();
        using var none = server.ClientWith(null);

        await RunningServer.ReadAsync(await none.GetAsync("/healthz", RunningServer.Cancelled), HttpStatusCode.OK);
        await RunningServer.ReadAsync(await none.GetAsync("/readyz", RunningServer.Cancelled), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Join_token_opens_the_agents_calls_only()
    {
        await using var server = await RunningServer.StartAsync();
        using var join = server.ClientWith(server.Server.JoinToken);

        await RunningServer.ReadAsync(await join.GetAsync("/api/v1/jobs", RunningServer.Cancelled), HttpStatusCode.Forbidden);
        await RunningServer.ReadAsync(
            await join.GetAsync("/agent/v1/nodes/n/orders?session=s", RunningServer.Cancelled), HttpStatusCode.Conflict);
        await server.GetAsync("/agent/v1/nodes/n/orders?session=s", HttpStatusCode.Conflict);
        Assert.Equal(server.Server.JoinToken, (await server.GetAsync("/api/v1/join-token")).GetProperty("token").GetString());
    }

    [Fact]
    public async Task Tokens_are_kept_over_restarts_in_files_of_the_owner()
    {
        await using var server = await RunningServer.StartAsync();
        var (admin, join) = (server.Server.AdminToken, server.Server.JoinToken);

        await server.RestartAsync();

        Assert.Equal((admin, join), (server.Server.AdminToken, server.Server.JoinToken));
        Assert.Equal(43, admin.Length);
        Assert.NotEqual(admin, join);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        foreach (var file in (string[])["admin.token", "join.token", "server.json", "datahall.db"])
        {
            var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(server.Directory, file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }
    }
}
