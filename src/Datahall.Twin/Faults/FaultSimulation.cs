using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Datahall.Control.Core;
using Datahall.Control.Services;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Twin.Stores;
using Datahall.Twin.Time;
using Datahall.Twin.World;

namespace Datahall.Twin.Faults;

/// <summary>One short life of a whole installation with everything going wrong that a seed says, and the invariants checked after every step.</summary>
/// <remarks>
/// First the storm: messages get lost, doubled and late, machines, agents and the control plane die (the latter also at commits), links are cut,
/// the disk refuses, clocks jump, people change their minds. Then calm: everything heals, and all work must come to where it should be.
/// </remarks>
public sealed class FaultSimulation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 59, 0, TimeSpan.Zero);

    private readonly VirtualTime time = new(Start);
    private readonly SimRandom random;
    private readonly FaultSettings settings;
    private readonly SimulatedNetwork network;
    private readonly SimulatedControlPlane control;
    private readonly List<SimulatedNode> nodes = [];
    private readonly SimulatedUsers users;
    private readonly SimulatedGateways gateways;
    private readonly Invariants invariants;
    private readonly XxHash3 history = new();
    private readonly Action<string>? log;
    private readonly CrashPoint? crash;
    private bool storm = true;
    private int steps;
    private int commits;

    private FaultSimulation(ulong seed, CrashPoint? crash, Action<string>? log)
    {
        (this.crash, this.log) = (crash, log);
        random = new(seed);
        settings = FaultSettings.Draw(random);
        settings = crash is null ? settings : settings.Calm();
        network = new(time, random, settings.Weather);
        control = new(time, network, new($"sim-{seed}"), new() { Policy = settings.Policy, Seed = seed }, DrawCommitFault)
        {
            OnStep = Note,
            OnOrders = (node, orders) => nodes.First(n => n.Name == node).Receive(orders),
        };
        users = new(time, network, random, control, [.. Enumerable.Range(0, settings.Nodes).Select(NameOf)]);
        gateways = new(time, network, random, control);
        invariants = new(control, nodes, users);
        var work = new WorkModel { FailureRate = () => storm ? settings.TaskFailures : 0 };
        for (var i = 0; i < settings.Nodes; i++)
        {
            nodes.Add(new(NameOf(i), Capacity(), time, network, random, control, work) { OnStarted = invariants.OnStarted });
        }

        static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"n{i}");
    }

    /// <summary>Runs one life.</summary>
    /// <param name="seed">What everything is drawn from: the same seed is the same life, byte for byte.</param>
    /// <param name="log">Told of every event, for a person who looks at one seed; null for none.</param>
    /// <exception cref="InvariantException">Something that must hold did not.</exception>
    public static FaultRun Run(ulong seed, Action<string>? log) => Run(new FaultSimulation(seed, null, log), seed);

    /// <summary>Runs one life in which nothing goes wrong but one commit, so that every commit of a life can be tried.</summary>
    /// <param name="seed">What the life is drawn from.</param>
    /// <param name="crash">Which commit, and what befalls it.</param>
    /// <exception cref="InvariantException">Something that must hold did not.</exception>
    public static FaultRun RunWithCrash(ulong seed, CrashPoint crash) => Run(new FaultSimulation(seed, crash, null), seed);

    private static FaultRun Run(FaultSimulation simulation, ulong seed)
    {
        simulation.Storm();
        simulation.Calm();
        return new(seed, simulation.steps, simulation.commits, simulation.history.GetCurrentHashAsUInt64());
    }

    private void Storm()
    {
        users.Start();
        gateways.Start();
        time.After(TimeSpan.FromSeconds(3), SendPackets);
        if (crash is null)
        {
            time.After(Pause(), Fault);
        }

        var end = Start + settings.Storm;
        while (time.Advance(end))
        {
        }
    }

    private void Calm()
    {
        storm = false;
        users.Busy = false;
        gateways.Ill = false;
        network.Weather = NetworkWeather.Fair;
        control.Suspended = false;
        nodes.ForEach(node => network.Join(node.Name));
        PassUntil(() => users.Open == 0);
        WakeByHand(); // What was asked in the storm is answered before the nodes are opened.
        users.OpenNodes();
        PassUntil(Settled);
        if (Unsettled() is { } what)
        {
            throw new InvariantException($"no progress after the faults stopped: {what}");
        }
    }

    // Whoever finds a machine that the control plane has given up goes and switches it on.
    private void WakeByHand()
    {
        foreach (var node in nodes.Where(n => n.IsAsleep && control.Core?.Find(new(ResourceKinds.Node, n.Name)) is not Node { Status.Power: PowerState.Asleep }))
        {
            node.WakeUp(TimeSpan.Zero);
        }
    }

    // At most long enough for every back-off, deadline and rollout of the storm's work to run its course.
    private void PassUntil(Func<bool> done)
    {
        var end = time.Now + TimeSpan.FromMinutes(30);
        do
        {
            users.PromotePaused();
            for (var next = time.Now + TimeSpan.FromSeconds(10); time.Advance(next);)
            {
            }
        }
        while (time.Now < end && !done());
    }

    private bool Settled() => Unsettled() is null;

    private string? Unsettled()
    {
        if (control.Core is not { } core || users.Open > 0)
        {
            return $"the control plane is down, or {users.Open} requests have no answer";
        }

        var room = new Room(nodes, core);
        return core.Resources.OrderBy(r => r.Key, ResourceKey.Order).Select(r => Unsettled(r, core, room)).FirstOrDefault(what => what is not null);
    }

    // Work may wait for ever when the hall is full, with a reason; never when it would fit.
    private string? Unsettled(Resource resource, ControlCore core, Room room) => resource switch
    {
        Node { Status: { Phase: NodePhase.Asleep, Power: PowerState.Asleep } } when Sleeps(core) => null,
        Node { Status.Phase: NodePhase.Ready } node when nodes.First(n => n.Name == node.Name) is var machine && (machine.HeldAt != node.OrderedCap() || node.Status.PowerCap?.InForce != machine.HeldAt) =>
            $"node {node.Name} is held at {machine.HeldAt}, ordered {node.OrderedCap()}, said to be at {node.Status.PowerCap?.InForce}",
        Node { Status.Phase: not NodePhase.Ready } node => $"node {node.Name} is {node.Status?.Phase}: {node.Status?.Message}",
        Job { Status: { Finished: null, Tasks: { Pending: 0 } or { Stopping: > 0 } } } job => $"job {job.Name} is {job.Status.Phase}: {job.Status.Message}",
        Service { Spec.Autoscale: { } scaling } service when service.WantedReplicas() > Math.Max(scaling.Min, scaling.Schedule.Select(static hours => hours.Min).FirstOrDefault()) =>
            $"service {service.Name} has no request and wants {service.WantedReplicas()} replicas, not {scaling.Min}: {service.Status?.Scaling?.Reason}",
        Service { Status.Rollout: { } rollout } service when service.WantedReplicas() > 0 => $"service {service.Name} is still in its rollout: {rollout}; {service.Status.Message}",
        Service { Status: { Phase: not ServicePhase.Healthy, Tasks.Pending: 0 } } service when service.Status.Target.Template.Run.Process!.Command[0] != "broken" =>
            $"service {service.Name} is {service.Status.Phase}: {service.Status.Message}; {service.Status.Tasks}",
        TaskResource { Status: { Phase: TaskPhase.Pending, Message: null } } task => $"task {task.Name} is pending without a reason",
        TaskResource { Status.Phase: TaskPhase.Pending } task when !(task.Status.NotBefore > time.Now + control.ClockOffset) && MayStart(task, core) && room.Fits(GangOf(task, core), GangIdOf(task)) =>
            $"task {task.Name} is pending, but would fit: {task.Status.Message}",
        _ => null,
    };

    private static bool Sleeps(ControlCore core) => core.Resources.OfType<SchedulerProfile>().Any(static p => p.Spec.Sleep is not null);

    // As the server does it: from the committed state, again and again.
    private void SendPackets()
    {
        foreach (var node in nodes)
        {
            if (control.Core?.Find(new(ResourceKinds.Node, node.Name)) is Node { Status.Power: PowerState.Waking } && !(storm && random.Chance(0.3)))
            {
                node.WakeUp(random.Upto(TimeSpan.FromSeconds(15)));
            }
        }

        time.After(TimeSpan.FromSeconds(3), SendPackets);
    }

    private static IReadOnlyList<TaskResource> GangOf(TaskResource task, ControlCore core) => task.Spec.Gang is null || task.Spec.Extra
        ? [task]
        : [.. core.Resources.OfType<TaskResource>().Where(t => t.Spec.Job == task.Spec.Job && t.Spec.Gang == task.Spec.Gang && !t.Spec.Extra)];

    internal static string GangIdOf(TaskResource task) => task.Spec is { Gang: { } gang, Extra: false } ? $"{task.Spec.Job}/{gang}" : task.Name;

    // What is above the least number of an elastic role comes only once that runs.
    private static bool MayStart(TaskResource task, ControlCore core) => !task.Spec.Extra || task.Spec.Gang is null
        || core.Resources.OfType<TaskResource>().Where(t => t.Spec.Job == task.Spec.Job && t.Spec.Gang == task.Spec.Gang && !t.Spec.Extra)
            .All(t => t.Status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running);

    private void Note(Step step, StepFate fate)
    {
        steps++;
        if (step.Batch is { } batch)
        {
            Record(string.Create(CultureInfo.InvariantCulture, $"{time.Now:O} {fate} {batch.Revision}"));
            foreach (var change in batch.Changes)
            {
                Record(string.Create(CultureInfo.InvariantCulture, $"  {change.Key} {change.ExpectedRevision} -> {change.Resource?.Revision ?? 0}"));
            }

            foreach (var happened in batch.Events)
            {
                Record($"  {happened.About} {happened.Reason}: {happened.Message}");
            }
        }

        if (fate is StepFate.Committed && step.Batch is not null)
        {
            invariants.Check();
        }
    }

    private void Record(string line)
    {
        history.Append(Encoding.UTF8.GetBytes(line));
        log?.Invoke(line);
    }

    private CommitFault DrawCommitFault(WriteBatch batch)
    {
        commits++;
        if (crash is not null)
        {
            return commits == crash.Commit ? crash.Fault : CommitFault.None;
        }

        return storm && random.Chance(settings.CommitFaults)
            ? random.Pick([CommitFault.FailBefore, CommitFault.CrashBefore, CommitFault.CrashAfter])
            : CommitFault.None;
    }

    private void Fault()
    {
        if (!storm)
        {
            return;
        }

        var node = random.Pick(nodes);
        var pause = TimeSpan.FromMilliseconds(100) + random.Upto(TimeSpan.FromSeconds(15));
        switch (random.Below(7))
        {
            case 0:
                Record($"fault: machine {node.Name} dies for {pause}");
                node.CrashMachine(pause);
                break;
            case 1:
                Record($"fault: agent {node.Name} dies for {pause}");
                node.CrashAgent(pause);
                break;
            case 2:
                Record($"fault: link of {node.Name} is cut for {pause}");
                network.Cut(node.Name);
                time.After(pause, () => network.Join(node.Name));
                break;
            case 3:
                Record($"fault: control plane dies for {pause}");
                control.Crash(pause);
                break;
            case 4:
                Record($"fault: control plane is suspended for {pause}");
                control.Suspended = true;
                time.After(pause, () => control.Suspended = false);
                break;
            default:
                var jump = random.Pick([TimeSpan.FromSeconds(-30), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5)]);
                control.ClockOffset += jump;
                invariants.ClockWentBack |= jump < TimeSpan.Zero;
                Record($"fault: the control plane's clock jumps to {control.ClockOffset}");
                break;
        }

        time.After(Pause(), Fault);
    }

    private TimeSpan Pause() => settings.FaultEvery * (random.Unit() * 2);

    private NodeCapacity Capacity() => new()
    {
        Cpu = new(random.Between(2, 4) * 1000),
        Memory = new(8L << 30),
        Devices = [.. Enumerable.Repeat(new Device { Model = "SIM" }, random.Between(0, 2))],
        FirstPort = 20_000,
        Ports = 40,
    };
}

/// <summary>One life that held.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">How many steps the core made.</param>
/// <param name="Commits">How many of them were to be committed.</param>
/// <param name="History">The hash of everything that was decided.</param>
public sealed record FaultRun(ulong Seed, int Steps, int Commits, ulong History);

/// <summary>What befalls which commit.</summary>
/// <param name="Commit">The commit, counted from 1; 0 for none.</param>
/// <param name="Fault">What befalls it.</param>
public sealed record CrashPoint(int Commit, CommitFault Fault);
