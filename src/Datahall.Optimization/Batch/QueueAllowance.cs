using Datahall.Model;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Batch;

/// <summary>What the queues may still take, as gangs are admitted.</summary>
internal sealed class QueueAllowance(IReadOnlyList<QueueRoom> queues)
{
    private readonly Dictionary<string, Amount> left = queues.ToDictionary(q => q.Name, q => q.Left, StringComparer.Ordinal);

    /// <summary>What all tasks of a gang ask together.</summary>
    public static Amount DemandOf(WaitingGang gang) => gang.Tasks.Aggregate(default(Amount), (sum, task) => sum + Amount.Of(task.Request));

    /// <summary>The first queue of the line that a demand is too much for, in words; null when it is within all limits.</summary>
    public string? Refuse(IReadOnlyList<string> line, Amount demand)
    {
        foreach (var queue in line)
        {
            if (left.TryGetValue(queue, out var room) && Excess(room, demand) is { } excess)
            {
                return $"queue {queue} is at its limit: it leaves {excess}";
            }
        }

        return null;
    }

    public void Take(IReadOnlyList<string> line, Amount demand)
    {
        foreach (var queue in line.Where(left.ContainsKey))
        {
            left[queue] -= demand;
        }
    }

    private static string? Excess(Amount room, Amount demand) =>
        demand.GpuMilli > room.GpuMilli ? FormattableString.Invariant($"{room.GpuMilli / 1000.0:0.###} GPUs and {demand.GpuMilli / 1000.0:0.###} are asked")
        : demand.CpuMilli > room.CpuMilli ? FormattableString.Invariant($"{room.CpuMilli / 1000.0:0.###} CPUs and {demand.CpuMilli / 1000.0:0.###} are asked")
        : demand.MemoryBytes > room.MemoryBytes ? $"{new Bytes(room.MemoryBytes)} memory and {new Bytes(demand.MemoryBytes)} are asked"
        : null;
}
