using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>What must hold after every step, whatever goes wrong.</summary>
internal sealed class Invariants(SimulatedControlPlane control, IReadOnlyList<SimulatedNode> nodes, SimulatedUsers users)
{
    private readonly HashSet<AttemptKey> started = [];
    private readonly ServiceInvariants services = new();

    /// <summary>Whether the control plane's clock was ever set back: a later life of the core may then date a start before what an earlier one wrote down.</summary>
    public bool ClockWentBack { get; set; }

    /// <summary>An attempt comes to life: for the first time ever.</summary>
    public void OnStarted(AttemptKey attempt)
    {
        if (!started.Add(attempt))
        {
            throw new InvariantException($"attempt {attempt} was started twice");
        }
    }

    /// <summary>Looks at the whole world.</summary>
    public void Check()
    {
        foreach (var node in nodes)
        {
            CheckMachine(node);
        }

        if (control.Core is { } core)
        {
            CheckBooks(core);
            CheckDoubles(core);
            CheckGangs(core);
            CheckLimits(core);
            CheckHolds(core);
            CheckAcknowledged(core);
            services.Check(core);
            IncidentInvariants.Check(core);
        }
    }

    // What lives on a machine fits on it, and never two attempts of one task.
    private static void CheckMachine(SimulatedNode node)
    {
        var living = node.Living.ToList();
        if (node.IsAsleep && living.Count > 0)
        {
            throw new InvariantException($"node {node.Name} sleeps while {living[0].Key} lives on it");
        }

        Fits(node.Name, "live", node.Capacity, living.Select(l => (l.Task.Template, l.Task.Devices, l.Task.Port)));
        if (living.GroupBy(l => l.Key.Task).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvariantException($"node {node.Name} runs {twice.Key} twice: {string.Join(", ", twice.Select(t => t.Key))}");
        }
    }

    // What the core has given of a node fits on it.
    private void CheckBooks(ControlCore core)
    {
        var held = core.Resources.OfType<TaskResource>().Where(Holds).ToLookup(t => t.Status.Placement!.Node);
        foreach (var node in nodes)
        {
            if (core.Find(new(ResourceKinds.Node, node.Name)) is Node { Status.Phase: NodePhase.Asleep } && held[node.Name].FirstOrDefault() is { } placed)
            {
                throw new InvariantException($"{Describe(placed)} holds a place on a node that sleeps");
            }

            Fits(node.Name, "are booked", node.Capacity, held[node.Name].Select(t => (t.Spec.Template, t.Status.Placement!.Devices, t.Status.Placement.Port)));
        }
    }

    private static void Fits(
        string node, string verb, NodeCapacity capacity, IEnumerable<(TaskTemplate Template, IReadOnlyList<int> Devices, int Port)> tasks)
    {
        var (cpu, memory, ports) = (0L, 0L, new HashSet<int>());
        var devices = new int[capacity.Devices.Count];
        foreach (var (template, taken, port) in tasks)
        {
            cpu += template.Resources.Cpu.Milli;
            memory += template.Resources.Memory.Value;
            foreach (var device in taken)
            {
                devices[device] += template.Resources.Gpu.MilliPerDevice;
            }

            if (!ports.Add(port))
            {
                throw new InvariantException($"port {port} of node {node} is given twice");
            }
        }

        if (cpu > capacity.Cpu.Milli || memory > capacity.Memory.Value || devices.Any(d => d > 1000))
        {
            throw new InvariantException($"tasks {verb} on node {node} above its capacity: {cpu}m CPU of {capacity.Cpu}, GPUs {string.Join(' ', devices)}");
        }
    }

    // An attempt that is not the task's current one may live only where the core cannot reach it, or has told it to stop.
    private void CheckDoubles(ControlCore core)
    {
        foreach (var node in nodes)
        {
            var phase = (core.Find(new(ResourceKinds.Node, node.Name)) as Node)?.Status?.Phase;
            foreach (var (attempt, _) in node.Living)
            {
                var task = core.Find(new(ResourceKinds.Task, attempt.Task)) as TaskResource;
                var current = task is not null && Holds(task) && task.Status.Fence == attempt.Fence && task.Status.Placement!.Node == node.Name;
                var replacedInPlace = task is not null && Holds(task) && task.Status.Placement!.Node == node.Name && task.Status.Fence > attempt.Fence;
                if (!current && !replacedInPlace && phase is NodePhase.Ready)
                {
                    throw new InvariantException($"attempt {attempt} lives on node {node.Name}, which is ready, but the task is {Describe(task)}");
                }
            }
        }
    }

    private static void CheckGangs(ControlCore core)
    {
        foreach (var gang in core.Resources.OfType<TaskResource>().Where(t => t.Spec is { Gang: not null, Extra: false }).GroupBy(t => (t.Spec.Job, t.Spec.Gang)))
        {
            var waits = gang.Count(t => t.Status.Phase is TaskPhase.Pending);
            var active = gang.Count(t => t.Status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running);
            if (waits > 0 && active > 0)
            {
                throw new InvariantException($"gang {gang.Key.Job}/{gang.Key.Gang} is torn: {string.Join(", ", gang.Select(Describe))}");
            }
        }
    }

    // Nobody lowers a limit here, so no queue ever holds more than its own.
    private static void CheckLimits(ControlCore core)
    {
        foreach (var queue in core.Queues)
        {
            if (queue.Resources.FirstOrDefault(r => r.Held > r.Limit) is { } over)
            {
                throw new InvariantException($"queue {queue.Name} holds {over.Held} {over.Resource} of the {over.Limit} that it may hold");
            }
        }
    }

    // Nothing of a job that waits for cheap energy starts before its time.
    private void CheckHolds(ControlCore core)
    {
        foreach (var task in core.Resources.OfType<TaskResource>().Where(t => Holds(t) && !ClockWentBack))
        {
            if (task.Spec.Job is { } name && core.Find(new(ResourceKinds.Job, name)) is Job { Spec.Flexible.Interruptible: false, Status.NotBefore: { } notBefore }
                && task.Status.Since < notBefore)
            {
                throw new InvariantException($"{Describe(task)} holds a place since {task.Status.Since:O}, but job {name} waits until {notBefore:O}");
            }
        }
    }

    private void CheckAcknowledged(ControlCore core)
    {
        foreach (var key in users.Acknowledged)
        {
            var job = core.Find(key);
            if (job is null && !Expires(key))
            {
                throw new InvariantException($"{key} was acknowledged and is gone");
            }
        }
    }

    // Jobs with a short spec.keep may go by themselves once they have ended.
    private bool Expires(ResourceKey key) => key.Kind == ResourceKinds.Job && users.Expiring.Contains(key.Name);

    private static bool Holds(TaskResource task) =>
        task.Status is { Placement: not null, Phase: TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping };

    private static string Describe(TaskResource? task) => task is null
        ? "gone"
        : $"{task.Name} {task.Status.Phase} fence {task.Status.Fence} on {task.Status.Placement?.Node ?? "no node"}";
}

/// <summary>Something that must hold did not.</summary>
/// <param name="message">What.</param>
public sealed class InvariantException(string message) : Exception(message);
