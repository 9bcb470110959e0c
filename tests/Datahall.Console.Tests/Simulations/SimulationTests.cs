using System.Text;
using Datahall.Server.Console.Simulations;

namespace Datahall.Console.Tests.Simulations;

public sealed class SimulationTests : IDisposable
{
    private const string Report = """
        {"scenario":"warm","site":"berlin","servers":10,"seconds":3600,"currency":"EUR","runs":[
          {"policy":"fixed","energyKilowattHours":{"total":100,"it":80},"metrics":{"pue":1.25,"ere":null,"ereReason":"none"},"peakKilowatts":12},
          {"policy":"warm","energyKilowattHours":{"total":90,"it":80},"metrics":{"pue":1.125},"peakKilowatts":11}]}
        """;

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"datahall-shelf-{Guid.NewGuid():N}");

    [Fact]
    public void Runs_are_compared_with_the_baseline_of_their_report()
    {
        var comparison = SimulationComparison.Of([SimulationReport.Parse(Encoding.UTF8.GetBytes(Report))]);

        Assert.Equal(["fixed", "warm"], comparison.Columns.Select(static column => column.Run.Policy));
        var energy = comparison.Rows.Single(static row => row.Key == "energyKilowattHours.total");
        Assert.Equal([("100 kWh", null), ("90 kWh", "-10.0 %")], energy.Cells.Select(static cell => (cell.Text, cell.Change)));
        Assert.DoesNotContain(comparison.Rows, static row => row.Key == "cost");
    }

    [Fact]
    public void A_time_beyond_all_measure_is_shown()
    {
        var comparison = SimulationComparison.Of([SimulationReport.Parse("""{"scenario":"s","runs":[{"policy":"p","inletViolationSeconds":1e300,"feedOverloadSeconds":-1e300}]}"""u8.ToArray())]);

        Assert.Equal(["1157407d", "0s"], comparison.Rows.Select(static row => row.Cells[0].Text));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"runs":[{"policy":"p"}],"scenario":"half a character: \ud800"}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"runs":[],"scenario":"x"}""")]
    [InlineData("""{"runs":[1],"scenario":"x"}""")]
    [InlineData("""{"runs":[{}],"scenario":"x"}""")]
    [InlineData("""{"runs":[{"policy":"p"}]}""")]
    public void What_is_no_report_is_refused(string json) =>
        Assert.Throws<FormatException>(() => SimulationReport.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Shelf_keeps_uploads_under_harmless_names_and_tells_what_it_cannot_read()
    {
        var shelf = new SimulationShelf(folder);

        var name = shelf.Keep("../../etc/<b>warm supply</b>.json", Encoding.UTF8.GetBytes(Report));
        File.WriteAllText(Path.Combine(folder, "broken.json"), "{");

        Assert.Equal("b.json", name);
        Assert.Equal("b.json", shelf.Keep("_b.json", Encoding.UTF8.GetBytes(Report)));
        Assert.Equal(["b.json", "broken.json"], shelf.List().Select(static report => report.Name).Order(StringComparer.Ordinal));
        Assert.NotNull(shelf.List().Single(static report => report.Name == "broken.json").Error);
        Assert.Throws<FormatException>(() => shelf.Keep("x.json", "{}"u8.ToArray()));
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
