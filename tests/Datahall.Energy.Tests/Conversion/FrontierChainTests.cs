using System.Globalization;
using Datahall.Energy.Conversion;
using Datahall.Energy.Servers;

namespace Datahall.Energy.Tests.Conversion;

/// <summary>Frontier, as the ExaDigiT RAPS model has it: 74 racks of 8 chassis, each with 4 rectifiers for 4 nodes and a switch of 250 W, and 25 cooling units.</summary>
public sealed class FrontierChainTests
{
    // DC-DC converter of each node: 13 W and 98 %. Rectifier for four nodes and a switch: (P + 17 W)/0.96, written as a feed's loss.
    private static readonly PowerSupply Converter = new(3000, 13, 0.98, 0.98, 0.98, 0.98);
    private static readonly FeedLoss Rectifier = new(12_000, 17 / 0.96 / 12_000, (1 / 0.96) - 1, 0);

    [Fact]
    public void Chain_gives_the_power_of_the_published_model_at_every_load()
    {
        var rows = File.ReadLines(SharedData.Find("energy/raps/frontier_power_closed_form.csv")).Skip(1).Select(static line => line.Split(',').Select(Number).ToArray()).ToList();

        foreach (var row in rows)
        {
            var node = DevicePowerModel.Frontier.Watts(row[0], row[1]);

            Assert.Equal(row[2], node, 0.005);
            Assert.Equal(row[3], Converter.Input(node), 0.0005);
            Assert.Equal(row[4], Chassis(node), 0.05);
            Assert.Equal(row[5], Megawatts(node), 0.00005);
        }

        Assert.True(rows.Count >= 20);
    }

    [Theory]
    [InlineData(0, 626.26, 652.31, 7.306, 7.24)]
    [InlineData(1, 2704.26, 2772.71, 28.228, 28.2)]
    public void Chain_gives_idle_and_full_load(double load, double node, double afterConverter, double megawatts, double published)
    {
        var watts = DevicePowerModel.Frontier.Watts(load);

        Assert.Equal(node, watts, 1e-9);
        Assert.Equal(afterConverter, Converter.Input(watts), 0.005);
        Assert.Equal(megawatts, Megawatts(watts), megawatts * 0.001);
        Assert.Equal(published, Megawatts(watts), published * 0.01);
    }

    private static double Chassis(double node) => 4 * Rectified((4 * Converter.Input(node)) + 250);

    private static double Rectified(double load) => load + Rectifier.Watts(load);

    private static double Megawatts(double node) => ((74 * 8 * Chassis(node)) + (25 * 8473.47)) / 1e6;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
