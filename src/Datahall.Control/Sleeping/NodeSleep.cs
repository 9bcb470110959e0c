using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Nodes;
using Datahall.Control.Placing;
using Datahall.Model;

namespace Datahall.Control.Sleeping;

/// <summary>Takes nodes to sleep and back, one confirmed step at a time.</summary>
/// <remarks>
/// awake → falling asleep (ordered) → its agent's goodbye → silence for a lease → asleep → waking → its agent registers → awake. Each step has a time-out. What is not
/// confirmed is unknown, and from unknown nothing is switched: a person looks (MAAS took an error for "off", and power-cycled healthy machines; Launchpad bug 1730089).
/// </remarks>
internal sealed class NodeSleep(CoreState state, NodeLifecycle nodes, SchedulingSettings settings, CoreOptions options)
{
    /// <summary>How long a node whose sleep failed stays awake.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromMinutes(5);

    // The agent answers an order within a heartbeat.
    private static readonly TimeSpan goodbye = TimeSpan.FromSeconds(30);

    /// <summary>Whether a node could be put to sleep and woken again.</summary>
    public bool MaySleep(Node node) => node.Status is { Phase: NodePhase.Ready, Power: PowerState.Awake, CanSleep: true } status
        && (status.Macs.Count > 0 || options.HasWakeCommand) && !(status.PowerDue > state.Now);

    /// <summary>An operator says whether a node is wanted awake.</summary>
    /// <returns>Why that cannot be; null when it can.</returns>
    public Refused? Refuse(SetNodePower input) => (state.Node(input.Node), input.Power) switch
    {
        (null, _) => Refuse(input, RefusalKind.NotFound, $"there is no {new ResourceKey(ResourceKinds.Node, input.Node)}"),
        ({ Status: not { Power: not PowerState.Unknown } }, not PowerMode.Auto) => Refuse(
            input, RefusalKind.Conflict, "its power state is not known, so nothing is switched: look at the machine; when its agent answers, try again"),
        ({ Status.CanSleep: false }, PowerMode.Asleep) => Refuse(
            input, RefusalKind.Conflict, "its agent may not put it to sleep: start it with 'datahall agent --allow-sleep'"),
        ({ Status.Macs.Count: 0 }, PowerMode.Asleep) when !options.HasWakeCommand => Refuse(
            input, RefusalKind.Conflict, "nothing could wake it: its agent found no network card, and the server has no --wake-command"),
        ({ } node, PowerMode.Asleep) when !input.Drain && state.Indexes.TasksOn(node.Name).Count is > 0 and var tasks => Refuse(
            input, RefusalKind.Conflict, $"{tasks} {(tasks == 1 ? "task holds" : "tasks hold")} a place on it: add --drain to move them away first"),
        _ => null,
    };

    /// <summary>Takes every node that changed or is due one step further.</summary>
    public void Run()
    {
        state.Agenda.PowerChecks.UnionWith(state.Agenda.Nodes);
        while (state.Agenda.PowerChecks.Count > 0)
        {
            var name = state.Agenda.PowerChecks.Min!;
            state.Agenda.PowerChecks.Remove(name);
            if (state.Node(name) is { Status: not null } node)
            {
                Follow(node);
            }
        }
    }

    /// <summary>Orders a node's agent to put it to sleep; the node has no task.</summary>
    public void PutToSleep(Node node, string why)
    {
        Put(node, PowerState.FallingAsleep, state.Now + goodbye);
        state.Agenda.Nodes.Add(node.Name);
        state.Emit(node.Key, "SleepOrdered", why);
    }

    /// <summary>Wakes a node that sleeps, or takes back the order to sleep; nothing from any other state.</summary>
    public void Wake(Node node, string why)
    {
        switch (node.Status)
        {
            case { Phase: NodePhase.Ready, Power: PowerState.FallingAsleep }:
                Put(node, PowerState.Awake, null);
                state.Agenda.Nodes.Add(node.Name);
                state.Emit(node.Key, "SleepTakenBack", why);
                break;
            case { Phase: NodePhase.Asleep, Power: PowerState.Asleep }:
                Put(node, PowerState.Waking, state.Now + (settings.Sleep ?? new()).WakeTimeout.TimeSpan, "it is being woken");
                state.Emit(node.Key, "Waking", why);
                break;
        }
    }

    private void Follow(Node node)
    {
        var (status, due) = (node.Status!, node.Status!.PowerDue <= state.Now);
        switch (status.Power)
        {
            case PowerState.Awake when node.Spec.Power is PowerMode.Asleep && MaySleep(node) && state.Indexes.TasksOn(node.Name).Count == 0:
                PutToSleep(node, "it is wanted asleep and has no task");
                break;
            case PowerState.Awake when due:
                Put(node, PowerState.Awake, null);
                break;
            case PowerState.FallingAsleep when status.Phase is NodePhase.Ready && WantedAwake(node):
                Wake(node, "it is wanted awake");
                break;
            case PowerState.FallingAsleep when status.Phase is NodePhase.Ready && due:
                Put(node, PowerState.Awake, state.Now + Retry);
                state.Agenda.Nodes.Add(node.Name);
                state.Warn(node.Key, "SleepFailed", $"its agent did not put it to sleep within {Duration.FromSeconds(goodbye.TotalSeconds)}");
                break;
            case PowerState.FallingAsleep when status.Phase is NodePhase.Asleep && due:
                Put(node, PowerState.Asleep, null, "it sleeps");
                state.Emit(node.Key, "Asleep", "it sleeps: its agent said goodbye, and has been silent since");
                break;
            case PowerState.Asleep when WantedAwake(node):
                Wake(node, "it is wanted awake");
                break;
            case PowerState.Waking when due:
                nodes.LoseAsleep(node, "it did not wake in time: its power state is not known, and nothing more is switched; look at the machine");
                break;
        }
    }

    // Without a policy 'auto' is awake.
    private bool WantedAwake(Node node) => node.Spec.Power is PowerMode.Awake || (node.Spec.Power is PowerMode.Auto && settings.Sleep is null);

    private void Put(Node node, PowerState power, DateTimeOffset? due, string? message = null) =>
        state.Put(node with { Status = node.Status! with { Power = power, PowerDue = due, Message = message ?? node.Status.Message } });

    private static Refused Refuse(SetNodePower input, RefusalKind kind, string message) =>
        new(kind, [new(new(ResourceKinds.Node, input.Node), null, message)]);
}
