using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Scheduling.Backfill;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>What is free, counted anew from the tasks and without the scheduler's help, to judge whether what waits had to.</summary>
internal sealed class Room
{
    private readonly List<(string Node, long Cpu, int[] Devices)> free;
    private readonly IReadOnlyList<Reservation> reservations;
    private readonly Dictionary<string, double> cpuLeft;
    private readonly Dictionary<string, string> queueOf = new(StringComparer.Ordinal);

    public Room(IReadOnlyList<SimulatedNode> nodes, ControlCore core)
    {
        var held = core.Resources.OfType<TaskResource>()
            .Where(t => t.Status is { Placement: not null, Phase: TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping })
            .ToLookup(t => t.Status.Placement!.Node);
        free = [.. nodes.Select(n => Free(n.Name, n.Capacity, held[n.Name]))];
        reservations = core.Reservations;
        cpuLeft = core.Queues.SelectMany(q => q.Resources.Where(r => r is { Resource: "cpu", Limit: not null }).Select(r => (q.Name, Left: r.Limit!.Value - r.Held)))
            .ToDictionary(q => q.Name, q => q.Left, StringComparer.Ordinal);
        foreach (var task in core.Resources.OfType<TaskResource>())
        {
            queueOf[FaultSimulation.GangIdOf(task)] = task.Spec.Queue;
        }
    }

    /// <summary>Whether all of the tasks fit together, each on the first node it fits on.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="gang">Their gang: what is reserved for another is not free.</param>
    public bool Fits(IReadOnlyList<TaskResource> tasks, string gang)
    {
        if (!FitsQueue(tasks, gang))
        {
            return false;
        }

        var left = free.Select(f => (f.Node, f.Cpu, Devices: f.Devices.ToArray())).ToArray();
        foreach (var place in reservations.Where(r => r.Gang != gang).SelectMany(r => r.Places))
        {
            var at = Array.FindIndex(left, l => l.Node == place.Node);
            left[at].Cpu -= Math.Min(left[at].Cpu, place.CpuMilli);
            foreach (var device in place.Devices)
            {
                left[at].Devices[device] -= Math.Min(left[at].Devices[device], place.MilliPerDevice);
            }
        }

        return tasks.All(task =>
        {
            var needs = task.Spec.Template.Resources;
            var node = Array.FindIndex(left, l => l.Cpu >= needs.Cpu.Milli && (needs.Gpu.Milli == 0 || l.Devices.Any(d => d >= needs.Gpu.Milli)));
            if (node < 0)
            {
                return false;
            }

            left[node].Cpu -= needs.Cpu.Milli;
            if (needs.Gpu.Milli > 0)
            {
                left[node].Devices[Array.FindIndex(left[node].Devices, d => d >= needs.Gpu.Milli)] -= (int)needs.Gpu.Milli;
            }

            return true;
        });
    }

    private bool FitsQueue(IReadOnlyList<TaskResource> tasks, string gang)
    {
        var queue = tasks[0].Spec.Queue;
        var reserved = reservations.Where(r => r.Gang != gang && queueOf.GetValueOrDefault(r.Gang) == queue).Sum(r => r.Places.Sum(p => p.CpuMilli));
        return !cpuLeft.TryGetValue(queue, out var left) || tasks.Sum(t => t.Spec.Template.Resources.Cpu.Milli) <= Math.Max(0, (left * 1000) - reserved);
    }

    private static (string Node, long Cpu, int[] Devices) Free(string name, NodeCapacity capacity, IEnumerable<TaskResource> held)
    {
        var cpu = capacity.Cpu.Milli;
        var devices = Enumerable.Repeat(1000, capacity.Devices.Count).ToArray();
        foreach (var task in held)
        {
            cpu -= task.Spec.Template.Resources.Cpu.Milli;
            foreach (var device in task.Status.Placement!.Devices)
            {
                devices[device] -= task.Spec.Template.Resources.Gpu.MilliPerDevice;
            }
        }

        return (name, cpu, devices);
    }
}
