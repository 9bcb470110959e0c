using Datahall.Control.Agents;
using Datahall.Fleet.Detection;
using Datahall.Fleet.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Readings;

/// <summary>Where the kernel's files are; another place in tests.</summary>
/// <param name="Proc">Where <c>/proc</c> is.</param>
/// <param name="Sys">Where <c>/sys</c> is.</param>
/// <param name="Log">The kernel's log.</param>
internal sealed record ReadingsRoots(string Proc = "/proc", string Sys = "/sys", string Log = "/dev/kmsg");

/// <summary>Measures the node and its tasks; rates are over the time since the last call.</summary>
internal sealed class ReadingsCollector(ReadingsRoots roots, string dataDirectory, IReadOnlyList<Device> devices, TimeProvider time, string nvidiaSmi = "nvidia-smi")
{
    private readonly Sensors sensors = new(roots.Sys, time);
    private readonly XidLog xids = new(roots.Log);
    private Dictionary<string, string>? addresses; // Of GPUs, by UUID; null: not asked yet.
    private Dictionary<AttemptKey, double> cpuSeconds = [];
    private CpuTimes cpu = CpuTimes.Parse(ProcText.Read(Path.Combine(roots.Proc, "stat")));
    private NetworkBytes network = NetworkBytes.Parse(ProcText.Read(Path.Combine(roots.Proc, "net/dev")));
    private long last = time.GetTimestamp();

    public async Task<NodeReadings> CollectAsync(string node, IReadOnlyList<AttemptUsage> usage, CancellationToken cancellationToken)
    {
        var gpus = devices.Count > 0 ? await NvidiaSmi.QueryAsync(cancellationToken, nvidiaSmi) : [];
        var seconds = Math.Max(time.GetElapsedTime(last).TotalSeconds, 1e-3);
        last = time.GetTimestamp();
        var cpu = CpuTimes.Parse(ProcText.Read(Path.Combine(roots.Proc, "stat")));
        var network = NetworkBytes.Parse(ProcText.Read(Path.Combine(roots.Proc, "net/dev")));
        var memory = Meminfo.Read(Path.Combine(roots.Proc, "meminfo"));
        var disk = NodeDetection.DiskOf(dataDirectory);
        var readings = new NodeReadings
        {
            Node = node,
            Time = time.GetUtcNow(),
            CpuUsed = cpu.UsedSince(this.cpu),
            MemoryUsedBytes = memory.TotalBytes - memory.AvailableBytes,
            DiskUsedBytes = disk is null ? 0 : disk.TotalSize - disk.AvailableFreeSpace,
            NetworkReceivedBytesPerSecond = Math.Max(0, network.Received - this.network.Received) / seconds,
            NetworkSentBytesPerSecond = Math.Max(0, network.Sent - this.network.Sent) / seconds,
            Load1 = LoadOf(ProcText.Read(Path.Combine(roots.Proc, "loadavg"))),
            TemperatureCelsius = sensors.Temperature(),
            PowerWatts = sensors.Power(),
            Tasks = TasksOf(usage, seconds),
            Devices = gpus.Count == 0 ? [] : await WithXidsAsync(NvidiaSmi.ReadingsOf(gpus, devices), gpus, cancellationToken),
        };
        (this.cpu, this.network) = (cpu, network);
        return readings;
    }

    /// <summary>The first number of <c>/proc/loadavg</c>.</summary>
    public static double LoadOf(string text) =>
        double.TryParse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture, out var load) ? load : 0;

    private async Task<IReadOnlyList<DeviceReadings>> WithXidsAsync(IReadOnlyList<DeviceReadings> readings, IReadOnlyList<NvidiaGpu> gpus, CancellationToken cancellationToken)
    {
        if (!xids.IsReadable)
        {
            return readings;
        }

        addresses ??= await NvidiaSmi.AddressesAsync(cancellationToken, nvidiaSmi);
        xids.Look();
        return [.. readings.Select(reading => AddressOf(reading, gpus) is { } address ? reading with { LastXid = xids.LastOf(address) } : reading)];
    }

    // A device of the node is known by its UUID; one that the installation named itself by its place among the GPUs.
    private string? AddressOf(DeviceReadings reading, IReadOnlyList<NvidiaGpu> gpus)
    {
        var uuid = (reading.Index < devices.Count ? devices[reading.Index].Uuid : null) ?? gpus.FirstOrDefault(gpu => gpu.Index == reading.Index)?.Device.Uuid;
        return uuid is null ? null : addresses!.GetValueOrDefault(uuid);
    }

    private List<TaskReadings> TasksOf(IReadOnlyList<AttemptUsage> usage, double seconds)
    {
        var tasks = usage.Select(task => new TaskReadings(
            task.Key.Task,
            cpuSeconds.TryGetValue(task.Key, out var before) ? Math.Max(0, task.CpuSeconds - before) / seconds : 0,
            task.MemoryBytes)).ToList();
        cpuSeconds = usage.ToDictionary(static task => task.Key, static task => task.CpuSeconds);
        return tasks;
    }
}
