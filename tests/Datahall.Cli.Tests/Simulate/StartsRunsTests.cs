namespace Datahall.Cli.Tests.Simulate;

public sealed class StartsRunsTests
{
    [Fact]
    public async Task Starts_tells_what_waiting_saves()
    {
        using var directory = new TestDirectory();
        var file = directory.Write("rates.csv", "hour,price\n0,4\n1,2\n2,4\n3,2\n");

        var table = await CliRun.OfAsync("simulate", "--starts", file, "--within", "1h");
        var json = await CliRun.OfAsync("simulate", "--starts", file, "--within", "1h", "-o", "json");

        Assert.Contains("3 jobs, one for each hour; mean price of their energy:", table.Out, StringComparison.Ordinal);
        Assert.Contains("cheapest window       2.000  -40.00 %", table.Out, StringComparison.Ordinal);
        Assert.Contains("\"window\": 2", json.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simulate --duration 3h", "--duration goes with --starts FILE")]
    [InlineData("simulate --starts nowhere.csv", "nowhere.csv: cannot be read")]
    [InlineData("simulate --starts nowhere.csv --within 3", "--within: '3' is no duration up to 14d")]
    [InlineData("simulate --starts nowhere.csv --duration 0", "--duration is 0")]
    public async Task Starts_says_what_cannot_be_used(string command, string message)
    {
        var run = await CliRun.OfAsync(command.Split(' '));

        Assert.NotEqual(0, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
