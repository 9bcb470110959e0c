using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Quota;

/// <summary>An amount of the things that queues share.</summary>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="GpuMilli">Accelerators, in thousandths.</param>
public readonly record struct Amount(long CpuMilli, long MemoryBytes, long GpuMilli)
{
    /// <summary>What a task with this request holds.</summary>
    public static Amount Of(PlacementRequest request) =>
        new(request.CpuMilli, request.MemoryBytes, (long)request.Devices * request.MilliPerDevice);

    /// <summary>What a task with this template holds.</summary>
    public static Amount Of(Resources resources) => new(resources.Cpu.Milli, resources.Memory.Value, resources.Gpu.Milli);

    /// <summary>What a node has.</summary>
    public static Amount Of(NodeCapacity capacity) => new(capacity.Cpu.Milli, capacity.Memory.Value, capacity.Devices.Count * 1000L);

    /// <summary>The sum.</summary>
    public static Amount operator +(Amount a, Amount b) =>
        new(a.CpuMilli + b.CpuMilli, a.MemoryBytes + b.MemoryBytes, a.GpuMilli + b.GpuMilli);

    /// <summary>The difference.</summary>
    public static Amount operator -(Amount a, Amount b) =>
        new(a.CpuMilli - b.CpuMilli, a.MemoryBytes - b.MemoryBytes, a.GpuMilli - b.GpuMilli);

    /// <summary>The smaller of each.</summary>
    public static Amount Min(Amount a, Amount b) =>
        new(Math.Min(a.CpuMilli, b.CpuMilli), Math.Min(a.MemoryBytes, b.MemoryBytes), Math.Min(a.GpuMilli, b.GpuMilli));

    /// <summary>The same as the operator.</summary>
    public static Amount Add(Amount left, Amount right) => left + right;

    /// <summary>The same as the operator.</summary>
    public static Amount Subtract(Amount left, Amount right) => left - right;
}

/// <summary>What one task takes of its queue.</summary>
/// <param name="Amount">How much.</param>
/// <param name="GpuModel">The model of its accelerators; null when it has none, or none is chosen yet.</param>
public readonly record struct Charge(Amount Amount, string? GpuModel)
{
    /// <summary>What a task that waits would take: its model is known when only one will do.</summary>
    public static Charge Of(PlacementRequest request) =>
        new(Amount.Of(request), request.Devices > 0 && request.ModelList is [var only] ? only : null);

    /// <summary>What a placed task takes.</summary>
    public static Charge Of(Resources resources, Model.Placement placement) => new(Amount.Of(resources), placement.GpuModel);
}
