using Datahall.Model;

namespace Datahall.Scheduling.Placement;

/// <summary>What a placed task holds of its node.</summary>
/// <param name="Node">The node.</param>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="Devices">The devices' indexes.</param>
/// <param name="MilliPerDevice">What is taken of each device, in thousandths.</param>
/// <param name="Port">The port; 0 for none.</param>
public readonly record struct Holding(
    string Node, long CpuMilli, long MemoryBytes, IReadOnlyList<int> Devices, int MilliPerDevice, int Port)
{
    /// <summary>The labels of the task's job or service, for the affinity of others; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>What a task with this template holds at this placement.</summary>
    public static Holding Of(TaskTemplate template, Model.Placement placement) => new(
        placement.Node,
        template.Resources.Cpu.Milli,
        template.Resources.Memory.Value,
        placement.Devices,
        placement.MilliPerDevice,
        placement.Port);
}
