namespace Datahall.Bench.Series;

/// <summary>Twenty readings of a node with one GPU, as its kernel and nvidia-smi would say them: noise, levels, counters, in the digits in which they come.</summary>
/// <remarks>Work comes and goes, 40 minutes each on average. Each tick is 15 s.</remarks>
internal sealed class NodeModel
{
    /// <summary>What it reads, and what it is.</summary>
    public static readonly (string Metric, string Kind)[] Metrics =
    [
        ("datahall_node_up", "constant"),
        ("node_memory_MemTotal_bytes", "constant"),
        ("node_filesystem_size_bytes", "constant"),
        ("DCGM_FI_DEV_XID_ERRORS", "constant"),
        ("node_load1", "gauge, 2 digits"),
        ("node_memory_MemAvailable_bytes", "gauge, KiB"),
        ("node_filesystem_avail_bytes", "gauge, 4 KiB"),
        ("node_hwmon_temp_celsius", "gauge, 1 digit"),
        ("datahall_node_power_watts", "gauge, 1 digit"),
        ("datahall_node_cpu_used_cpus", "gauge, 3 digits"),
        ("datahall_node_clock_skew_seconds", "gauge, 6 digits"),
        ("DCGM_FI_DEV_GPU_UTIL", "gauge, whole"),
        ("DCGM_FI_DEV_FB_USED", "gauge, whole"),
        ("DCGM_FI_DEV_GPU_TEMP", "gauge, whole"),
        ("DCGM_FI_DEV_POWER_USAGE", "gauge, 2 digits"),
        ("DCGM_FI_DEV_SM_CLOCK", "gauge, whole"),
        ("node_network_receive_bytes_total", "counter, noisy"),
        ("node_network_transmit_bytes_total", "counter, noisy"),
        ("node_cpu_seconds_total", "counter, 2 digits"),
        ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter, whole"),
    ];

    private const double SwitchChance = 15.0 / (40 * 60);

    private readonly Random random;
    private readonly double[] counters = new double[4];
    private bool isBusy;
    private double load;
    private double warmth = 35;
    private double memory;
    private double disk = 1.5e12;

    public NodeModel(int seed)
    {
        random = new(seed);
        isBusy = random.Next(2) == 0;
        for (var i = 0; i < counters.Length; i++)
        {
            counters[i] = Math.Floor(random.NextDouble() * 1e12);
        }
    }

    /// <summary>The readings of the next tick, in the order of <see cref="Metrics"/>.</summary>
    public void Next(Span<double> values)
    {
        isBusy ^= random.NextDouble() < SwitchChance;
        load += ((isBusy ? 24 : 0.4) - load) * 0.22;
        memory += ((isBusy ? 300e9 : 20e9) - memory) * 0.1;
        warmth += ((isBusy ? 71 : 35) - warmth) * 0.08;
        disk -= isBusy && random.Next(8) == 0 ? random.Next(200_000) * 4096.0 : 0;
        var cpus = Math.Max(0, (isBusy ? 24 : 0.3) + (Normal() * (isBusy ? 1.2 : 0.05)));
        var gpuWatts = isBusy ? 610 + (Normal() * 18) : 71 + (Normal() * 0.4);
        counters[0] += Math.Floor(Math.Max(0, (isBusy ? 9e8 : 4e4) * 15 * (1 + (Normal() * 0.15))));
        counters[1] += Math.Floor(Math.Max(0, (isBusy ? 7e8 : 3e4) * 15 * (1 + (Normal() * 0.15))));
        counters[2] = Math.Round(counters[2] + (cpus * 15), 2);
        counters[3] += Math.Floor(gpuWatts * 15_000);
        WriteMachine(values, cpus, gpuWatts);
        WriteGpu(values, gpuWatts);
    }

    private void WriteMachine(Span<double> values, double cpus, double gpuWatts)
    {
        values[0] = 1;
        values[1] = 540_000_000_000 / 4096 * 4096;
        values[2] = 3.84e12;
        values[4] = Math.Round(Math.Max(0, load + (Normal() * (isBusy ? 0.8 : 0.05))), 2);
        values[5] = Math.Floor((520e9 - memory + (Normal() * (isBusy ? 60e6 : 2e6))) / 1024) * 1024;
        values[6] = Math.Floor(disk / 4096) * 4096;
        values[7] = Math.Round((warmth + (Normal() * 0.3)) * 4) / 4;
        values[8] = Math.Round(320 + gpuWatts + (cpus * 5) + (Normal() * 4), 1);
        values[9] = Math.Round(cpus, 3);
        values[10] = Math.Round(-0.0006 + (Normal() * 0.0002), 6);
        values[16] = counters[0];
        values[17] = counters[1];
        values[18] = counters[2];
    }

    private void WriteGpu(Span<double> values, double gpuWatts)
    {
        values[3] = 0;
        values[11] = isBusy ? Math.Clamp(Math.Round(97 + (Normal() * 4)), 0, 100) : 0;
        values[12] = isBusy ? 68_012 + (random.Next(20) == 0 ? 2 : 0) : 4;
        values[13] = Math.Round(warmth - 4 + (Normal() * 0.4));
        values[14] = Math.Round(gpuWatts, 2);
        values[15] = isBusy ? 1980 - (15 * Math.Max(0, Math.Round(Normal() * 1.5))) : 345;
        values[19] = counters[3];
    }

    // Near enough: the sum of four uniform numbers.
    private double Normal() => (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.7320508;
}
