using Datahall.Fleet.Readings;
using Datahall.Fleet.Runtimes;

namespace Datahall.Fleet.Tests.Readings;

public sealed class ReadingsTests
{
    [Fact]
    public void ProcStat_reads_names_with_spaces_and_brackets()
    {
        var stat = ProcStat.Parse("42 (a) b (c) S 1 40 41 0 -1 4194560 1 2 3 4 50 60 7 8 20 0 1 0 123456 9999 321 18446744073709551615 1 1");

        Assert.Equal(new ProcStat(42, 'S', 41, 110, 123456, 321), stat);
        Assert.Null(ProcStat.Parse("nothing"));
        Assert.Null(ProcStat.Parse("42 (cut) S 1 2"));
    }

    [Fact]
    public void Meminfo_reads_total_and_available() =>
        Assert.Equal(new Meminfo(1000 << 10, 600 << 10), Meminfo.Parse("MemTotal:  1000 kB\nMemFree: 100 kB\nMemAvailable: 600 kB\n"));

    [Fact]
    public void CpuTimes_give_the_processors_in_use()
    {
        var before = CpuTimes.Parse("cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\nintr 5\n");
        var after = CpuTimes.Parse("cpu  150 0 150 900 0 0 0 0 0 0\ncpu0 75 0 75 450 0 0 0 0 0 0\ncpu1 75 0 75 450 0 0 0 0 0 0\nintr 5\n");

        Assert.Equal(1.0, after.UsedSince(before), 6);
        Assert.Equal(0.0, before.UsedSince(before));
        Assert.Equal(default, CpuTimes.Parse(""));
    }

    [Fact]
    public void NetworkBytes_leave_out_the_loopback()
    {
        var text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo: 999 9 0 0 0 0 0 0 999 9 0 0 0 0 0 0
              eth0: 1000 9 0 0 0 0 0 0 2000 9 0 0 0 0 0 0
              eth1:1 9 0 0 0 0 0 0 2 9 0 0 0 0 0 0
            """;

        Assert.Equal(new NetworkBytes(1001, 2002), NetworkBytes.Parse(text));
    }

    [Fact]
    public void Sensors_take_the_hottest_and_sum_the_meters()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "class/hwmon/hwmon0/temp1_input", "45000");
        Write(directory, "class/hwmon/hwmon0/temp2_input", "-273000");
        Write(directory, "class/thermal/thermal_zone0/temp", "61500");
        var sensors = new Sensors(directory.Path, TimeProvider.System);

        Assert.Equal(61.5, sensors.Temperature());
        Assert.Null(sensors.Power());
        Write(directory, "class/hwmon/hwmon1/power1_input", "250000000");
        Write(directory, "class/hwmon/hwmon2/power1_input", "1500000");
        Assert.Equal(251.5, sensors.Power());
    }

    [Fact]
    public void Sensors_turn_energy_counters_into_power()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "class/powercap/intel-rapl:0/energy_uj", "1000000");
        Write(directory, "class/powercap/intel-rapl:0:0/energy_uj", "500000");
        var sensors = new Sensors(directory.Path, TimeProvider.System);

        var first = sensors.Power();
        Write(directory, "class/powercap/intel-rapl:0/energy_uj", "9000000");
        var second = sensors.Power();

        Assert.Null(first);
        Assert.True(second > 0);
    }

    [Fact]
    public async Task CollectAsync_measures_this_machine()
    {
        var collector = new ReadingsCollector(new(), "/", [], TimeProvider.System);

        var readings = await collector.CollectAsync("n", [new(new("t", 1), 5, 1000)], TestContext.Current.CancellationToken);

        Assert.True(readings.MemoryUsedBytes > 0);
        Assert.True(readings.DiskUsedBytes > 0);
        Assert.Equal(1000, Assert.Single(readings.Tasks).MemoryUsedBytes);
    }

    [Fact]
    public void LoadOf_reads_the_first_number() => Assert.Equal(0.52, ReadingsCollector.LoadOf("0.52 0.58 0.59 1/467 12345\n"));

    private static void Write(TemporaryDirectory directory, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(directory.File(name))!);
        File.WriteAllText(directory.File(name), text + "\n");
    }
}
