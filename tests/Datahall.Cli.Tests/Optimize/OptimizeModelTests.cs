using System.Text.Json;

namespace Datahall.Cli.Tests.Optimize;

public sealed class OptimizeModelTests : IDisposable
{
    // examples/optimize/ten-nodes.yaml, shorter.
    private const string TenNodes = """
        temperatureLimitCelsius: 30
        fans:
          hall:
            startPercent: 50
            levels:
              - {percent: 50, temperatureCelsius: 20, efficiencyIndex: 1.2}
              - {percent: 60, temperatureCelsius: 21, efficiencyIndex: 1.1}
              - {percent: 70, temperatureCelsius: 22, efficiencyIndex: 1.1}
        nodes:
          - {name: node, count: 10, compute: 50, storage: 50, bandwidth: 50, fan: hall}
        tasks:
          - {name: task, count: 5, compute: 100, storage: 100, bandwidth: 100}
        """;

    private readonly TestDirectory folder = new();

    [Fact]
    public async Task Json_has_the_published_result_and_is_the_same_each_time()
    {
        var file = folder.Write("ten-nodes.yaml", TenNodes);

        var (first, second) = (await CliRun.OfAsync("optimize", file, "-o", "json"), await CliRun.OfAsync("optimize", file, "-o", "json"));

        Assert.Equal((0, first.Out), (first.Exit, second.Out));
        var plan = JsonElement.Parse(first.Out);
        Assert.Equal([1, 1, 1], plan.GetProperty("utilisation").EnumerateObject().Select(static u => u.Value.GetDouble()));
        Assert.Equal(
            [60, 21, 11, 1269, 2],
            new[] { "fanPercent", "averageTemperatureCelsius", "efficiencyIndexTotal", "objective", "rounds" }.Select(name => plan.GetProperty(name).GetDouble()));
        Assert.Equal("""{"task":"task","nodes":"node","copies":5}""", JsonSerializer.Serialize(plan.GetProperty("allocation")[0]));
    }

    [Fact]
    public async Task Table_tells_the_result_in_words()
    {
        var run = await CliRun.OfAsync("optimize", folder.Write("ten-nodes.yaml", TenNodes));

        Assert.StartsWith(
            """
            utilisation: 100 % compute, 100 % storage, 100 % bandwidth
            fan 60 %, average 21 °C, total efficiency index 11
            objective 1269 after 2 rounds, proven the best
            """,
            run.Out,
            StringComparison.Ordinal);
        Assert.Contains("hall   10      60        21        1.1   50 > 60", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_has_its_place()
    {
        var file = folder.Write("bad.yaml", TenNodes.Replace("count: 10", "cuont: 10", StringComparison.Ordinal).Replace("compute: 100", "compute: .nan", StringComparison.Ordinal));

        var run = await CliRun.OfAsync("optimize", file);

        Assert.Equal((2, ""), (run.Exit, run.Out));
        Assert.Equal(
            $"""
            datahall: 2 errors in the model; nothing was computed
            {file}:10:18: nodes[0].cuont: unknown field 'cuont'; did you mean 'count'? (bandwidth, compute, count, fan, name, storage)
            {file}:12:37: tasks[0].compute: expected a number, found '.nan'

            """,
            run.Error);
    }

    [Fact]
    public async Task Rules_are_checked_at_their_place_too()
    {
        var file = folder.Write("bad.yaml", TenNodes.Replace("compute: 50", "compute: -50", StringComparison.Ordinal).Replace("fan: hall", "fan: roof", StringComparison.Ordinal));

        var run = await CliRun.OfAsync("optimize", file);

        Assert.Equal(2, run.Exit);
        Assert.Contains($"{file}:10:38: nodes[0].compute: -50 is out of range; it may be from 0 to 1000000000000000", run.Error, StringComparison.Ordinal);
        Assert.Contains("nodes[0].fan: there is no fan 'roof'; there are hall", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_infeasible_is_refused_with_what_conflicts()
    {
        var run = await CliRun.OfAsync("optimize", folder.Write("cold.yaml", TenNodes.Replace("Celsius: 30", "Celsius: 10", StringComparison.Ordinal)));

        Assert.Equal(1, run.Exit);
        Assert.Contains("infeasible: no level of the fan 'hall' keeps its nodes within 10 °C: the coolest is 50 % at 20 °C", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'datahall optimize' needs a file or a verb: placement, rebalance", "optimize")]
    [InlineData("(did you mean 'placement'?)", "optimize", "placemnt")]
    public async Task What_is_asked_for_wrongly_is_explained(string message, params string[] command)
    {
        var run = await CliRun.OfAsync(command);

        Assert.Equal(2, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
