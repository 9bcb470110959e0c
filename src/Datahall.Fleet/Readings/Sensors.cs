namespace Datahall.Fleet.Readings;

/// <summary>The machine's own thermometers and power meters, under <c>/sys</c>.</summary>
/// <param name="root">Where <c>/sys</c> is.</param>
/// <param name="time">The clock between two looks at an energy counter.</param>
internal sealed class Sensors(string root, TimeProvider time)
{
    private readonly Dictionary<string, long> energy = [];
    private long looked = time.GetTimestamp();

    /// <summary>The highest temperature, in degrees Celsius; null without a sensor.</summary>
    public double? Temperature()
    {
        var millidegrees = Files("class/hwmon", "temp*_input").Concat(Files("class/thermal", "temp", "thermal_zone*"))
            .Select(ProcText.Number)
            .Where(static value => value is > -50_000 and < 200_000) // Beyond it is a sensor that is not connected.
            .ToList();
        return millidegrees.Count == 0 ? null : millidegrees.Max() / 1000.0;
    }

    /// <summary>The power, in watts: of the power meters, or of the processors' energy counters since the last call; null without either.</summary>
    public double? Power()
    {
        var microwatts = Files("class/hwmon", "power*_input").Concat(Files("class/hwmon", "power*_average"))
            .Select(ProcText.Number).OfType<long>().ToList();
        var processors = ProcessorPower();
        return microwatts.Count > 0 ? microwatts.Sum() / 1e6 : processors;
    }

    private double? ProcessorPower()
    {
        var seconds = time.GetElapsedTime(looked).TotalSeconds;
        looked = time.GetTimestamp();
        double? watts = null;
        // Packages only (intel-rapl:0); their parts (intel-rapl:0:0) are counted within.
        foreach (var file in Files("class/powercap", "energy_uj", "intel-rapl:?"))
        {
            if (ProcText.Number(file) is not { } now)
            {
                continue;
            }

            if (energy.TryGetValue(file, out var before) && seconds > 0)
            {
                var range = ProcText.Number(Path.Combine(Path.GetDirectoryName(file)!, "max_energy_range_uj")) ?? 0;
                watts = (watts ?? 0) + ((now >= before ? now - before : now + range - before) / 1e6 / seconds);
            }

            energy[file] = now;
        }

        return watts;
    }

    private IEnumerable<string> Files(string folder, string pattern, string devices = "*")
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateDirectories(path, devices).SelectMany(device => Directory.EnumerateFiles(device, pattern))
            : [];
    }
}
