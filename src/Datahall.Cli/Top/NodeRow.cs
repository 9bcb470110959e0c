using Datahall.Cli.Output;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Cli.Top;

/// <summary>A node's readings as a row.</summary>
internal static class NodeRow
{
    private const double Busy = 0.9;

    public static IReadOnlyList<string> Headings { get; } =
        ["NODE", "CPU", "CPU%", "MEMORY", "MEMORY%", "DISK", "NET IN", "NET OUT", "LOAD", "GPU%", "TEMP", "POWER", "TASKS"];

    public static Cell[] Of(NodeReadings now, NodeCapacity? capacity) =>
    [
        now.Node,
        HumanUnits.Number(now.CpuUsed),
        Share(now.CpuUsed * 1000, capacity?.Cpu.Milli),
        HumanUnits.Bytes(now.MemoryUsedBytes),
        Share(now.MemoryUsedBytes, capacity?.Memory.Value),
        HumanUnits.Bytes(now.DiskUsedBytes),
        HumanUnits.Bytes(now.NetworkReceivedBytesPerSecond) + "/s",
        HumanUnits.Bytes(now.NetworkSentBytesPerSecond) + "/s",
        HumanUnits.Number(now.Load1),
        now.Devices.Count > 0 ? Share(now.Devices.Sum(static device => device.Utilization), now.Devices.Count) : "-",
        now.TemperatureCelsius is { } celsius ? HumanUnits.Number(celsius, "0") + "°C" : "-",
        now.PowerWatts is { } watts ? HumanUnits.Number(watts, "0") + "W" : "-",
        HumanUnits.Number(now.Tasks.Count, "0"),
    ];

    private static Cell Share(double used, double? all) => all is not > 0
        ? new("-")
        : new Cell(HumanUnits.Number(100 * used / all.Value, "0") + "%", used / all.Value > Busy ? Ink.Red : Ink.Plain);
}
