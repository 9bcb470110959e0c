using System.Globalization;
using Datahall.Energy.Capping;

namespace Datahall.Energy.Tests.Capping;

public sealed class CapResponseTests
{
    [Fact]
    public void Tables_are_those_of_the_measured_data()
    {
        CapResponse[] tables = [CapResponse.V100, CapResponse.A40, CapResponse.Rtx6000, CapResponse.P100];
        var rows = File.ReadLines(SharedData.Find("energy/zeus/cap_response_derived.csv")).Skip(1).Select(static line => line.Split(',')).ToList();

        foreach (var row in rows)
        {
            var table = tables.Single(t => t.Gpu.Replace(" ", "", StringComparison.Ordinal).Equals(row[0], StringComparison.OrdinalIgnoreCase));
            Assert.Equal(Number(row[4]), table.Time(Number(row[2])), 1e-9);
            Assert.Equal(Number(row[6]), table.Power(Number(row[2])), 1e-9);
        }

        Assert.Equal(30, rows.Count);
    }

    [Fact]
    public void Capping_far_below_half_wastes_energy()
    {
        var a40 = CapResponse.A40;

        Assert.True(a40.Time(0.333) * a40.Power(0.333) > 1);
        Assert.True(a40.Time(0.583) * a40.Power(0.583) < 0.9);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
