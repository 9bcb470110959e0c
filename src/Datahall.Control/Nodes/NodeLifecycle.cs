using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Control.Capping;
using Datahall.Control.Core;
using Datahall.Control.Incidents;
using Datahall.Control.Inputs;
using Datahall.Control.Jobs;
using Datahall.Control.Sleeping;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Nodes;

/// <summary>Follows nodes: registered, heard of, lost, back, drained, gone.</summary>
internal sealed class NodeLifecycle(
    CoreState state, NodeLeases leases, TaskLifecycle tasks, AttemptEnds ends, JobRestarts restarts, NodeCaps caps, CoreOptions options, string storeIdentity)
{
    // Times do not repeat within a store's life, so no two lives of the core have the same epoch.
    private readonly long epoch = state.Now.UtcTicks;

    /// <summary>An agent presents itself.</summary>
    public Outcome Register(Registration registration)
    {
        var key = new ResourceKey(ResourceKinds.Node, registration.Node);
        if (registration.StoreIdentity is { } store && store != storeIdentity)
        {
            return new Refused(RefusalKind.Conflict, [new(key, null,
                $"the agent's tasks belong to another control plane (store {store}); give the agent a fresh data directory to join this one (store {storeIdentity})")]);
        }

        var node = state.Node(registration.Node) ?? new Node { Name = registration.Node };
        var before = node.Status;
        if (before is { Phase: NodePhase.Asleep } && before.Session == registration.Session)
        {
            return new Registered(new(storeIdentity, options.Heartbeat)); // A late echo: the session that said goodbye has ended, and whoever wakes has another.
        }

        state.Put(node with { Status = StatusOf(before, registration) });
        leases.Register(registration.Node, registration.Session, state.Now, state.NextRevision);
        state.Agenda.Nodes.Add(registration.Node);
        if (before?.Power is PowerState.FallingAsleep or PowerState.Asleep)
        {
            state.Warn(key, "SleepEnded", $"it is awake although nobody woke it; it is not put to sleep again for {Duration.FromSeconds(NodeSleep.Retry.TotalSeconds)}");
        }

        state.Emit(key, "Registered", string.Create(
            CultureInfo.InvariantCulture,
            $"{registration.Capacity.Cpu} CPUs, {registration.Capacity.Memory.Value / (double)(1L << 30):0.#}Gi memory, {registration.Capacity.Devices.Count} GPUs at {registration.Address}"));
        return new Registered(new(storeIdentity, options.Heartbeat));
    }

    // An agent that restarts on a node that was never silent keeps it ready; any other first shows what it still runs.
    private NodeStatus StatusOf(NodeStatus? before, Registration registration)
    {
        var ready = before?.Phase is NodePhase.Ready ? before : null;
        return new()
        {
            Phase = ready?.Phase ?? NodePhase.Joining,
            Message = ready is null ? "its agent is joining" : ready.Message,
            Capacity = ready is not null && ModelEquality.Same(ready.Capacity, registration.Capacity) ? ready.Capacity : registration.Capacity,
            Address = registration.Address,
            Session = registration.Session,
            Labels = registration.Labels,
            Agent = registration.Agent,
            Limits = registration.Limits,
            Since = ready is null ? state.Now : ready.Since,
            CanSleep = registration.CanSleep,
            Macs = registration.Macs,
            CapRange = registration.CapRange,
            AutomaticCap = before?.AutomaticCap,
            PowerDue = before?.Power is PowerState.FallingAsleep or PowerState.Asleep ? state.Now + NodeSleep.Retry : null,
        };
    }

    /// <summary>An agent reports.</summary>
    public Outcome Report(NodeReport report)
    {
        var node = state.Node(report.Node);
        if (node?.Status is null || node.Status.Session != report.Session || node.Status.Phase is NodePhase.Left or NodePhase.Asleep)
        {
            return new Reported(new(report.Sequence, Known: false, epoch));
        }

        var lease = leases.Find(report.Node) ?? leases.Resume(report.Node, state.Now, state.Revision);
        leases.Hear(lease, state.Now);
        lease.InOrder |= report.Epoch == epoch;
        if (!lease.InOrder || report.Sequence < lease.Sequence)
        {
            // Overtaken on the way. Not acknowledged: the newer report is, by itself, unless what it led to was taken back.
            return new Reported(new(Sequence: 0, Known: true, epoch));
        }

        lease.Sequence = report.Sequence;
        if (report.AppliedRevision < lease.DesiredRevision)
        {
            state.Agenda.Resend.Add(report.Node); // The orders were lost on the way, or are on it still.
        }

        if (report.PowerCap is { } cap)
        {
            caps.Follow(node, cap);
            node = state.Node(report.Node)!;
        }

        if (report.Tasks is not null)
        {
            (lease.Tasks, lease.AppliedRevision) = (report.Tasks, report.AppliedRevision);
        }

        if (node.Status!.Phase is NodePhase.Lost)
        {
            node = Enter(node, NodePhase.Joining, "its agent is back and shows what it still runs");
            state.Emit(node.Key, "Back", "its agent answers again");
            state.Agenda.Nodes.Add(node.Name);
        }

        if (lease.Tasks is { } attempts && (report.Tasks is not null || node.Status!.Phase is NodePhase.Joining))
        {
            TakeUp(node.Name, attempts, lease.AppliedRevision);
            Admit(node.Name, attempts);
        }

        return new Reported(new(report.Sequence, Known: true, epoch));
    }

    /// <summary>Marks the nodes lost whose agents have been silent for longer than the lease.</summary>
    public void Expire()
    {
        foreach (var name in leases.Ended(state.Now))
        {
            if (state.Node(name) is { Status.Phase: NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving } node)
            {
                var message = $"its agent has been silent for {options.Lease}";
                var lost = Enter(node, NodePhase.Lost, message);
                state.Put(lost with { Status = lost.Status! with { LostWork = AffectedWork.OwnersOn(state, name) } });
                state.Warn(node.Key, "NodeLost", message);
                LoseTasks(name, $"node {name} was lost");
            }
        }
    }

    /// <summary>A node that sleeps has not come back as it should.</summary>
    public void LoseAsleep(Node node, string message)
    {
        Enter(node, NodePhase.Lost, message);
        state.Warn(node.Key, "NodeLost", message);
    }

    /// <summary>The tasks of a node are gone.</summary>
    public void LoseTasks(string node, string message)
    {
        foreach (var task in state.Indexes.TasksOn(node).ToList())
        {
            ends.Lost(state.Task(task.Name)!, message);
        }
    }

    /// <summary>An agent is going to end.</summary>
    public Outcome Leave(string name, string session, LeaveReason reason)
    {
        if (state.Node(name) is not { Status: { } status } node || status.Session != session)
        {
            return new Refused(RefusalKind.NotFound, [new(new(ResourceKinds.Node, name), null, "no such session: the node was registered anew or deleted")]);
        }

        if (reason is LeaveReason.Sleep)
        {
            return FallAsleep(node);
        }

        if (status.Phase is NodePhase.Ready or NodePhase.Joining)
        {
            Enter(node, NodePhase.Leaving, "its agent is leaving");
            state.Emit(node.Key, "Leaving", "its agent is leaving; its tasks are stopped and wait for another place");
            StopTasks(name, "Leaving", $"the agent of node {name} is leaving", Services.Stop);
            EndLeave(name);
        }

        return new Accepted([]);
    }

    // From the moment that this is durable the machine may sleep at any time; until then the order may be taken back.
    private Outcome FallAsleep(Node node)
    {
        if (node.Status!.Phase is not NodePhase.Asleep)
        {
            if (node.Status is not { Phase: NodePhase.Ready, Power: PowerState.FallingAsleep } || state.Indexes.TasksOn(node.Name).Count > 0)
            {
                return new Refused(RefusalKind.Conflict, [new(node.Key, null, "it is not to sleep any more: stay awake and register again")]);
            }

            node = Enter(node, NodePhase.Asleep, "its agent puts it to sleep");
            state.Put(node with { Status = node.Status! with { PowerDue = state.Now + options.Lease.TimeSpan } });
            leases.End(node.Name);
            state.Emit(node.Key, "FallingAsleep", "its agent said goodbye and puts it to sleep");
        }

        return new Accepted([]);
    }

    /// <summary>Moves the jobs' tasks away from a node that is being drained; replicas are replaced by their services.</summary>
    public void Drain(string name)
    {
        StopTasks(name, "Drained", $"node {name} is being drained", Services.Replace);
        foreach (var task in state.Indexes.TasksOn(name))
        {
            state.Agenda.Owners.Add(task.Spec.Owner);
        }
    }

    /// <summary>A leaving node that has no task left has left.</summary>
    public void EndLeave(string name)
    {
        if (state.Node(name) is { Status.Phase: NodePhase.Leaving } node && state.Indexes.TasksOn(name).Count == 0)
        {
            Enter(node, NodePhase.Left, "its agent left in order");
            leases.End(name);
            state.Emit(node.Key, "Left", "its agent left in order");
        }
    }

    private enum Services
    {
        Stop,
        Replace,
    }

    private void StopTasks(string node, string reason, string message, Services services)
    {
        foreach (var name in state.Indexes.TasksOn(node).Select(t => t.Name).ToList())
        {
            var task = state.Task(name)!;
            if (!task.IsActive() || (task.Spec.Service is not null && services is Services.Replace))
            {
                continue;
            }

            var requeue = new Requeue(reason, message, task.Status.Failures);
            tasks.Stop(task, StopThen.Requeue, reason, message, requeue);
            restarts.StopGang(task, requeue);
        }
    }

    // What the agent says of each task that it was told about.
    private void TakeUp(string node, IReadOnlyList<AttemptReport> attempts, long appliedRevision)
    {
        var byKey = new Dictionary<AttemptKey, AttemptReport>(attempts.Count);
        foreach (var attempt in attempts)
        {
            byKey[new(attempt.Task, attempt.Fence)] = attempt;
        }

        foreach (var name in state.Indexes.TasksOn(node).Select(t => t.Name).ToList())
        {
            var task = state.Task(name);
            if (task is null || task.Status.Placement?.Node != node || task.Status.Fence > appliedRevision)
            {
                continue; // Changed by one of its gang just now, or the agent did not know of this attempt when it reported.
            }

            if (!byKey.TryGetValue(task.AttemptKey(), out var attempt))
            {
                if (task.Status.Phase is TaskPhase.Placed or TaskPhase.Stopping)
                {
                    continue; // Held back until what it replaces has ended.
                }

                attempt = new() { Task = name, Fence = task.Status.Fence, State = AttemptState.Ended, Reason = AgentMachine.Vanished, Message = "its agent does not know it" };
            }

            if (attempt.State is AttemptState.Ended)
            {
                ends.Ended(task, attempt);
            }
            else
            {
                tasks.Alive(task, attempt);
            }
        }

        EndLeave(node);
    }

    // A joining node is ready once nothing runs on it that is not its own any more.
    private void Admit(string name, IReadOnlyList<AttemptReport> attempts)
    {
        if (state.Node(name) is not { Status.Phase: NodePhase.Joining } node || leases.Find(name)!.AppliedRevision < leases.Find(name)!.DesiredRevision)
        {
            return; // Until it has taken up the orders made since, older ones that are still on their way could make it start something.
        }

        var foreign = attempts.Count(a => a.State is not AttemptState.Ended
            && !(state.Task(a.Task) is { } task && task.HoldsPlace() && task.Status.Fence == a.Fence && task.Status.Placement!.Node == name));
        if (foreign == 0)
        {
            Enter(node, NodePhase.Ready, null);
            state.Emit(node.Key, "Ready", "its agent answers and takes tasks");
        }
        else
        {
            Enter(node, NodePhase.Joining, $"its agent is stopping {foreign} {(foreign == 1 ? "task that has" : "tasks that have")} moved elsewhere");
        }
    }

    private Node Enter(Node node, NodePhase phase, string? message)
    {
        if (node.Status!.Phase == phase && node.Status.Message == message)
        {
            return node;
        }

        var since = node.Status.Phase == phase ? node.Status.Since : state.Now;
        var (power, due) = phase switch
        {
            NodePhase.Lost => (PowerState.Unknown, null), // Silence without a goodbye says nothing.
            NodePhase.Joining => (PowerState.Awake, null),
            _ => (node.Status.Power, node.Status.PowerDue),
        };
        state.Put(node with { Status = node.Status with { Phase = phase, Message = message, Since = since, Power = power, PowerDue = due, LostWork = [] } });
        return state.Node(node.Name)!;
    }
}
