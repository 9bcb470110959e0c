using System.Globalization;
using System.IO.Compression;
using Datahall.Energy.Servers;

namespace Datahall.Energy.Tests.Servers;

/// <summary>A week of SURF's cluster on 279 hosts of 16 cores at 2.1 GHz: 6295 tasks, each on a host of its own, as OpenDC's demo experiments run it.</summary>
public sealed class SurfWeekTests
{
    private const int Hosts = 279;
    private const double Capacity = 33_600; // MHz of a host.
    private const double WeekSeconds = 604_800;

    [Fact]
    public void Linear_model_gives_the_energy_of_OpenDC()
    {
        var model = ServerPowerModel.Linear(32, 180);
        var joules = Hosts * WeekSeconds * model.Watts(0);

        foreach (var (_, seconds, megahertz) in Fragments())
        {
            joules += seconds * (model.Watts(megahertz / Capacity) - model.Watts(0));
        }

        Assert.Equal(1.21125541e10, joules, 1e6);
    }

    // 277 hosts. The difference to OpenDC is how it samples the hourly carbon intensity.
    [Theory]
    [InlineData("AU", 1_845_750.9)]
    [InlineData("BE", 816_302.9)]
    public void Square_root_model_gives_the_carbon_of_OpenDC(string country, double grams)
    {
        var model = ServerPowerModel.Sqrt(32, 180);
        var carbon = new HourlyIntegral(SharedData.Find($"energy/opendc/co2_{country}.csv"));
        var starts = File.ReadLines(SharedData.Find("energy/opendc/surf_tasks.csv")).Skip(1).Select(static line => line.Split(','))
            .ToDictionary(static row => row[0], static row => Number(row[1]) / 1000);
        var first = starts.Values.Min();
        var total = carbon.Between(first, first + WeekSeconds) * 277 * model.Watts(0);
        var (task, at) = ("", 0.0);

        foreach (var (id, seconds, megahertz) in Fragments())
        {
            (task, at) = id == task ? (task, at) : (id, starts[id]);
            total += (model.Watts(megahertz / Capacity) - model.Watts(0)) * carbon.Between(at, at + seconds);
            at += seconds;
        }

        Assert.Equal(grams, total, grams * 0.005);
    }

    private static IEnumerable<(string Task, double Seconds, double Megahertz)> Fragments()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedData.Find("energy/opendc/surf_fragments.csv.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var row = line.Split(',');
            yield return (row[0], Number(row[1]) / 1000, Number(row[2]));
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Grams for one watt between two times, from hourly grams per kWh.</summary>
    private sealed class HourlyIntegral
    {
        private readonly double start;
        private readonly double[] sum; // Grams per watt from the start to each hour.

        public HourlyIntegral(string file)
        {
            var rows = File.ReadLines(file).Skip(1).Select(static line => line.Split(',')).ToList();
            start = DateTimeOffset.Parse(rows[0][0], CultureInfo.InvariantCulture).ToUnixTimeSeconds();
            sum = new double[rows.Count + 1];
            for (var i = 0; i < rows.Count; i++)
            {
                sum[i + 1] = sum[i] + (Number(rows[i][1]) / 1000);
            }
        }

        public double Between(double from, double to) => Until(to) - Until(from);

        private double Until(double time)
        {
            var hours = (time - start) / 3600;
            var hour = (int)hours;
            return sum[hour] + ((sum[hour + 1] - sum[hour]) * (hours - hour));
        }
    }
}
