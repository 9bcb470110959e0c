namespace Datahall.Cli.Tests.Completion;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("datahall des", "describe")]
    [InlineData("./datahall node dr", "drain")]
    [InlineData("datahall apply --dr", "--dry-run")]
    [InlineData("datahall get jo", "jobs")]
    [InlineData("datahall get nodes -o wi", "wide")]
    [InlineData("datahall explain jo", "job/")]
    [InlineData("datahall get prof", "profiles")]
    [InlineData("datahall get schedulerp", "schedulerprofiles")]
    [InlineData("datahall describe sv", "svc")]
    [InlineData("datahall top qu", "queues")]
    [InlineData("datahall completion z", "zsh")]
    public async Task Complete_offers_words(string line, string word)
    {
        var run = await CliRun.OfAsync("complete", "--", line);

        Assert.Contains(word, run.Out.Split('\n'));
        Assert.All(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), offered => Assert.StartsWith(line.Split(' ')[^1], offered, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("get nodes ", "n1")]
    [InlineData("get node n", "n1")]
    [InlineData("explain node/", "node/n1")]
    [InlineData("node drain ", "n1")]
    public async Task Complete_offers_names_that_the_server_has(string line, string word)
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", Samples.List(Samples.Node));

        var run = await CliRun.OfAsync("complete", "--", $"datahall --server {server.Url} --token {FakeServer.Token} {line}");

        Assert.Contains(word, run.Out.Split('\n'));
    }

    [Fact]
    public async Task Complete_is_quiet_without_a_server()
    {
        var run = await CliRun.OfAsync("complete", "--", "datahall --server http://127.0.0.1:1 node drain ");

        Assert.Equal((0, ""), (run.Exit, run.Error));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _datahall datahall")]
    [InlineData("zsh", "compdef _datahall datahall")]
    [InlineData("fish", "complete -c datahall")]
    public async Task Completion_prints_a_script(string shell, string part)
    {
        var run = await CliRun.OfAsync("completion", shell);

        Assert.Equal(0, run.Exit);
        Assert.Contains(part, run.Out, StringComparison.Ordinal);
    }
}
