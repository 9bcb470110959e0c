using System.Globalization;
using Datahall.Energy.Capping;

namespace Datahall.Energy.Tests.Capping;

public sealed class CapDivisionTests
{
    [Fact]
    public void A_row_of_V100_at_80_percent_loses_less_than_equal_caps_and_keeps_its_budget()
    {
        var row = Configurations("v100", 250);
        var loads = row.Select(static response => new CapLoad(250, 0, response)).ToArray();
        var caps = new double[loads.Length];

        var excess = CapDivision.Divide(loads, 0.8 * 250 * loads.Length, caps);

        var lost = 1 - row.Select((response, i) => 1 / response.Time(caps[i])).Average();
        Assert.Equal(68, row.Count);
        Assert.Equal(0, excess);
        Assert.Equal(0.8 * loads.Length, caps.Sum(), 1e-9); // Caps are what a device never exceeds: no sample of the row is above its budget.
        Assert.InRange(lost, double.NegativeInfinity, 0.025);
        Assert.Equal(1.0293, row.Average(static response => response.Time(0.8)), 0.0005); // Equal caps: 2.9 % more time.
    }

    [Fact]
    public void Lower_priorities_are_capped_first_and_down_to_their_lowest_measured_cap()
    {
        CapLoad[] loads = [new(1000, 5, CapResponse.V100), new(1000, 1, CapResponse.V100), new(500, 0, null)];
        var caps = new double[3];

        Assert.Equal(0, CapDivision.Divide(loads, 2100, caps));
        Assert.Equal([1, 0.6, 1], caps.Select(static cap => Math.Round(cap, 9)));
        Assert.Equal(0, CapDivision.Divide(loads, 1800, caps));
        Assert.Equal([0.9, 0.4, 1], caps.Select(static cap => Math.Round(cap, 9)));
        Assert.Equal(300, CapDivision.Divide(loads, 1000, caps), 1e-9);
        Assert.Equal([0.4, 0.4, 1], caps);
    }

    [Fact]
    public void Plenty_caps_nothing()
    {
        CapLoad[] loads = [new(1000, 0, CapResponse.A40), new(0, 0, CapResponse.A40)];
        var caps = new double[2];

        Assert.Equal(0, CapDivision.Divide(loads, 1000, caps));
        Assert.Equal([1, 1], caps);
    }

    [Fact]
    public void No_exchange_of_watts_between_two_loads_would_save_work()
    {
        var random = new Random(3);
        var row = Configurations("v100", 250);
        for (var trial = 0; trial < 50; trial++)
        {
            var loads = row.OrderBy(_ => random.Next()).Take(6).Select(response => new CapLoad(100 + (random.NextDouble() * 900), 0, response)).ToArray();
            var caps = new double[6];
            CapDivision.Divide(loads, loads.Sum(static load => load.RatedWatts) * (0.5 + (0.4 * random.NextDouble())), caps);
            var work = Work(loads, caps);

            for (var give = 0; give < 6; give++)
            {
                for (var take = 0; take < 6; take++)
                {
                    const double watts = 5;
                    var changed = caps.ToArray();
                    changed[give] -= watts / loads[give].RatedWatts;
                    changed[take] += watts / loads[take].RatedWatts;
                    if (give != take && changed[give] >= 0.4 && changed[take] <= 1)
                    {
                        Assert.True(Work(loads, changed) <= work + 1e-9, $"trial {trial} of seed 3: {watts} W from load {give} to {take} would do more work");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(-1, 100)]
    [InlineData(100, double.NaN)]
    public void Divide_refuses_nonsense(double rated, double budget) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CapDivision.Divide([new(rated, 0, null)], budget, new double[1]));

    // Work on the hulls, which the measured points touch or lie below.
    private static double Work(CapLoad[] loads, double[] caps) => loads.Select((load, i) =>
    {
        var hull = load.Response!.Hull;
        var k = Enumerable.Range(0, hull.Count - 1).Last(j => hull[j].Cap <= caps[i] + 1e-12);
        return load.RatedWatts * (hull[k].Throughput + ((hull[k + 1].Throughput - hull[k].Throughput) * (caps[i] - hull[k].Cap) / (hull[k + 1].Cap - hull[k].Cap)));
    }).Sum();

    private static List<CapResponse> Configurations(string gpu, double tdp) =>
    [
        .. File.ReadLines(SharedData.Find($"energy/zeus/summary_power_{gpu}.csv")).Skip(1).Select(static line => line.Split(','))
            .GroupBy(static row => string.Join('/', row[..4]))
            .Select(group => group.Select(static row => (Cap: Number(row[4]), Time: Number(row[5]), Power: Number(row[6]))).OrderBy(static row => row.Cap).ToList())
            .Select(rows => new CapResponse(
                gpu, tdp, [.. rows.Select(row => row.Cap / tdp)], [.. rows.Select(row => row.Time / rows[^1].Time)], [.. rows.Select(row => row.Power / rows[^1].Power)])),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
