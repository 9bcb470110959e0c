namespace Datahall.Cli.Tests.Client;

public sealed class ApiClientTests
{
    [Fact]
    public async Task GetAsync_names_the_url_and_the_mend_when_nobody_answers()
    {
        var run = await CliRun.OfAsync("get", "nodes", "--server", "http://127.0.0.1:1", "--token", "x");

        Assert.Equal(1, run.Exit);
        Assert.Equal(
            "datahall: no server at http://127.0.0.1:1: connection refused. Start one with 'datahall up', or name another with --server or DATAHALL_SERVER\n",
            run.Error);
    }

    [Fact]
    public async Task GetAsync_says_which_token_was_wrong()
    {
        await using var server = await FakeServer.StartAsync();

        var run = await CliRun.OfAsync("get", "nodes", "--server", server.Url, "--token", "wrong");

        Assert.Equal(1, run.Exit);
        Assert.Contains("does not accept the token of --token", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_says_where_it_looked_for_a_token()
    {
        await using var server = await FakeServer.StartAsync();
        using var directory = new TestDirectory();

        var run = await CliRun.OfAsync("get", "nodes", "--server", server.Url, "--data", directory.Path);

        Assert.Equal(1, run.Exit);
        Assert.Contains($"there is none in {Path.Combine(directory.Path, "admin.token")}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_finds_the_server_of_the_data_directory()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", Samples.List(Samples.Node));
        using var directory = new TestDirectory();
        directory.Write("server.json", $$"""{"url":"{{server.Url}}","pid":1}""");
        directory.Write("admin.token", $"{FakeServer.Token}\n");

        var run = await CliRun.OfAsync("get", "nodes", "-o", "name", "--data", directory.Path);

        Assert.Equal((0, "node/n1\n"), (run.Exit, run.Out));
    }

    [Fact]
    public async Task GetAsync_passes_on_what_the_server_refused()
    {
        await using var server = await FakeServer.StartAsync();
        server.On(
            "DELETE /api/v1/nodes/n1",
            """{"title":"Conflict","status":409,"detail":"node/n1: it has 2 tasks; drain it, or delete it with force"}""",
            status: 409);

        var run = await CliRun.AtAsync(server, "delete", "node/n1", "node/n2");

        Assert.Equal(1, run.Exit);
        Assert.Equal(
            "datahall: node/n1: it has 2 tasks; drain it, or delete it with force\ndatahall: there is no /api/v1/nodes/n2\n", run.Error);
    }

    [Fact]
    public async Task GetAsync_says_so_when_it_is_no_datahall()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", "<html>hello</html>");

        var run = await CliRun.AtAsync(server, "get", "nodes");

        Assert.Equal(1, run.Exit);
        Assert.Contains("does not answer as a server of this version of Datahall does", run.Error, StringComparison.Ordinal);
    }
}
