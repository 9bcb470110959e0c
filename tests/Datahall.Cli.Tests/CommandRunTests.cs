namespace Datahall.Cli.Tests;

public sealed class CommandRunTests
{
    [Theory]
    [InlineData("there is no verb 'gett' (did you mean 'get'?)", "gett")]
    [InlineData("there is no verb 'drian' (did you mean 'drain'?)", "node", "drian", "n1")]
    [InlineData("'node' needs a verb: list, cordon, uncordon, drain, sleep, wake, auto, cap, join-token, delete", "node")]
    [InlineData("'--dryrun' is no option of this verb (did you mean '--dry-run'?)", "apply", "--dryrun", "-f", "x.yaml")]
    [InlineData("'--sever' is no option of this verb (did you mean '--server'?)", "get", "nodes", "--sever", "http://x")]
    [InlineData("there is no kind 'jbos' (did you mean 'jobs'?)", "get", "jbos")]
    [InlineData("'x' names no resource; write KIND/NAME, such as job/hello", "explain", "x")]
    [InlineData("'xml' is no output format", "get", "nodes", "-o", "xml")]
    [InlineData("--replicas takes a number from 0 to 100000", "scale", "service/x", "--replicas", "many")]
    [InlineData("--replicas takes a number from 0 to 100000", "scale", "service/x", "--replicas", "-1")]
    [InlineData("Option '--replicas' is required", "scale", "service/x")]
    [InlineData("'node/x' is a node; this verb takes job/NAME", "cancel", "node/x")]
    [InlineData("'stop' is no label selector", "get", "nodes", "-w", "-l", "stop")]
    [InlineData("there is no completion for 'zhs' (did you mean 'zsh'?)", "completion", "zhs")]
    [InlineData("there is no placement policy 'best' ", "up", "--policy", "best")]
    [InlineData("which is not a URL of a server", "get", "nodes", "--server", "localhost")]
    [InlineData("either KIND/NAME… or -f FILE", "delete")]
    [InlineData("a whole kind is not deleted at once", "delete", "jobs")]
    [InlineData("there are no readings of 'gpus'", "top", "gpus")]
    [InlineData("there is no stream 'stdot' (did you mean 'stdout'?)", "logs", "t", "--stream", "stdot")]
    public async Task RunAsync_says_what_is_wrong_with_a_command_line(string message, params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);

        Assert.Equal(2, run.Exit);
        Assert.StartsWith("datahall: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(message.TrimEnd(), run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task RunAsync_shows_every_verb_without_arguments()
    {
        var run = await CliRun.OfAsync();

        Assert.Equal(0, run.Exit);
        Assert.All(
            ["up", "agent", "apply", "get", "describe", "delete", "cancel", "scale", "logs", "events", "explain", "top", "node", "schema", "doctor", "completion", "version"],
            verb => Assert.Contains($"\n  {verb} ", run.Out, StringComparison.Ordinal));
        Assert.DoesNotContain("\n  complete ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_prints_the_schema_without_a_server()
    {
        var run = await CliRun.OfAsync("schema");

        Assert.Equal(0, run.Exit);
        Assert.Contains("\"$schema\"", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_names_the_server_that_is_not_there()
    {
        var run = await CliRun.OfAsync("version", "--server", "http://127.0.0.1:1");

        Assert.Equal(0, run.Exit);
        Assert.Contains("server none at http://127.0.0.1:1", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_checks_everything_and_names_the_mend()
    {
        using var directory = new TestDirectory();
        var token = directory.Write("admin.token", "x");
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var run = await CliRun.OfAsync("doctor", "--data", directory.Path, "--server", "http://127.0.0.1:1");

        Assert.Equal(1, run.Exit);
        Assert.All(
            ["shell", "setsid", "limits", "open files", "data directory", "disk", "clock", "GPUs", "task ports", "server"],
            subject => Assert.Contains($"  {subject}: ", run.Out, StringComparison.Ordinal));
        Assert.Contains($"mend: chmod 600 {token}", run.Out, StringComparison.Ordinal);
    }
}
