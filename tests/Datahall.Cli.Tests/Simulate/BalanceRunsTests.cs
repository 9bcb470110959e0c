namespace Datahall.Cli.Tests.Simulate;

public sealed class BalanceRunsTests
{
    [Fact]
    public async Task Balance_runs_a_file_under_one_policy_or_all()
    {
        using var directory = new TestDirectory();
        var file = directory.Write("two.yaml", "replicas: 2\nslots: 1\nrequests: 2000\nload: 0.5\norder: sharing\nantagonists: {factor: 2}\nbalancing: {signal: first-byte, prefix: {escapeFactor: 2}}\n");

        var all = await CliRun.OfAsync("simulate", "--balance", file);
        var one = await CliRun.OfAsync("simulate", "--balance", file, "--policy", "weighted", "--seeds", "1-3", "-o", "json");

        Assert.Contains("2 replicas of 1 slots, 4 gateways, 2000 requests at load 0.5; means of 1 seeds, in ms", all.Out, StringComparison.Ordinal);
        Assert.Contains("join-shortest-queue", all.Out, StringComparison.Ordinal);
        Assert.Contains("least-ewma", all.Out, StringComparison.Ordinal);
        Assert.Equal(3, one.Out.Split("\"policy\": \"weighted\"").Length - 1);
        Assert.Contains("\"seed\": 3", one.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulate --balance half-slo", "'half-slo' is no scenario (did you mean 'half-slow'?), and no file that can be read")]
    [InlineData("simulate --balance half-slow@fast", "the load is 'fast'; it must be a number from 0.01 to 10, such as half-slow@0.7")]
    [InlineData("simulate --balance half-slow --policy least-ewm", "there is no balancing policy 'least-ewm' (did you mean 'least-ewma'?)")]
    [InlineData("simulate --balance half-slow --tune 2", "--tune is for another kind of simulation and does nothing for --balance")]
    public async Task Balance_says_what_cannot_be_used(string command, string message)
    {
        var run = await CliRun.OfAsync(command.Split(' '));

        Assert.NotEqual(0, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Balance_names_the_fields_that_are_wrong()
    {
        using var directory = new TestDirectory();
        var file = directory.Write("bad.yaml", "replicas: 0\nlode: 0.5\n");

        var run = await CliRun.OfAsync("simulate", "--balance", file);

        Assert.Equal(2, run.Exit);
        Assert.Contains("2 errors in the scenario", run.Error, StringComparison.Ordinal);
        Assert.Contains("load", run.Error, StringComparison.Ordinal);
    }
}
