namespace Datahall.Scheduling.Cluster;

/// <summary>Whether a node can take a task, or the first filter that keeps the task away.</summary>
internal enum Verdict : byte
{
    Fits,
    NotReady,
    Cordoned,
    Draining,
    Asleep,
    Tainted,
    Selector,
    GpuModel,
    Gpu,
    Cpu,
    Memory,
    Affinity,
}
