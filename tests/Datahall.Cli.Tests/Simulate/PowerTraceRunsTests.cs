using System.Text.Json;

namespace Datahall.Cli.Tests.Simulate;

public sealed class PowerTraceRunsTests : IDisposable
{
    private readonly TestDirectory folder = new();

    [Fact]
    public async Task Vms_have_a_run_for_each_policy_and_a_chart()
    {
        var (file, chart) = (Vms(), Path.Combine(folder.Path, "vms.svg"));

        var run = await CliRun.OfAsync("simulate", "--vms", file, "--hosts", "8", "--chart", chart, "-o", "json");

        Assert.Equal(0, run.Exit);
        using var json = JsonDocument.Parse(run.Out);
        var runs = json.RootElement.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["all-on", "stay", "consolidate"], runs.Select(static r => r.GetProperty("policy").GetString()));
        var energy = runs.Select(static r => r.GetProperty("kilowattHours").GetDouble()).ToList();
        Assert.True(energy[0] > energy[1] && energy[1] > energy[2], string.Join(' ', energy));
        Assert.Contains("consolidate: ", await File.ReadAllTextAsync(chart, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_have_three_rows_and_the_growth_of_P99()
    {
        var run = await CliRun.OfAsync("simulate", "--requests", Requests(), "--servers", "4", "--load", "20");

        Assert.Equal(0, run.Exit);
        Assert.StartsWith("one feed of ", run.Out, StringComparison.Ordinal);
        Assert.Contains("4 dgx-h100, then 5 with as much more load", run.Out, StringComparison.Ordinal);
        Assert.Contains("P99 with thresholds against the base: ", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hosts is 0; it must be 1 to 100000", "--hosts", "0")]
    [InlineData("--boot-seconds is 301; it must be 0 to 300", "--boot-seconds", "301")]
    [InlineData("there is no policy 'consolidat' (did you mean 'consolidate'?) for --vms", "--policy", "consolidat")]
    [InlineData("--servers is for another kind of trace and does nothing for --vms; leave it out", "--servers", "3")]
    [InlineData("--chart: x.png must end in .svg", "--chart", "x.png")]
    public async Task Vms_refuse_what_makes_no_sense(string message, string option, string value)
    {
        var run = await CliRun.OfAsync("simulate", "--vms", Vms(), option, value);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--servers is 1; it must be 2 to 1000", "--servers", "1")]
    [InlineData("--more is 300; it must be 0 to 200", "--more", "300")]
    [InlineData("--load is 0; it must be above 0 and at most 1000", "--load", "0")]
    [InlineData("--policy is for another kind of trace and does nothing for --requests; leave it out", "--policy", "stay")]
    public async Task Requests_refuse_what_makes_no_sense(string message, string option, string value)
    {
        var run = await CliRun.OfAsync("simulate", "--requests", Requests(), option, value);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Vms() => folder.Write("vms.csv", "file,t0,t1,t2\na,20,20,20\nb,20,20,20\nc,20,20,20\nd,20,20,20\ne,20,20,20\n");

    private string Requests() => folder.Write(
        "requests.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n" + string.Concat(Enumerable.Range(0, 60).Select(static i => $"2023-11-16 18:00:{i:00}.5,{500 + (i * 37 % 900)},{50 + (i * 13 % 100)}\n")));
}
