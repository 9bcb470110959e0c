using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Twin.Stores;
using Datahall.Twin.Time;

namespace Datahall.Twin.World;

/// <summary>The control plane as a process that can be killed: the real core, a simulated disk, messages in and out.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The simulated store holds nothing of the machine; a crash ends it.")]
internal sealed class SimulatedControlPlane
{
    private readonly VirtualTime time;
    private readonly SimulatedNetwork network;
    private readonly MemoryDisk disk;
    private readonly CoreOptions options;
    private readonly Func<WriteBatch, CommitFault> fault;
    private readonly List<(Input Input, string Peer, Action<Outcome> Answer)> inbox = [];
    private MemoryStore? store;
    private bool stepAsked;
    private int life;

    public SimulatedControlPlane(VirtualTime time, SimulatedNetwork network, MemoryDisk disk, CoreOptions options, Func<WriteBatch, CommitFault> fault)
    {
        (this.time, this.network, this.disk, this.options, this.fault) = (time, network, disk, options, fault);
        Start();
    }

    /// <summary>The core while the process lives.</summary>
    public ControlCore? Core { get; private set; }

    /// <summary>How far the process's clock is from the world's; jumps are faults.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Whether the process is suspended: it keeps what arrives and does nothing.</summary>
    public bool Suspended { get; set; }

    /// <summary>Delivers orders to a node.</summary>
    public Action<string, DesiredTasks> OnOrders { get; set; } = (_, _) => { };

    /// <summary>Told of every step and whether it was committed.</summary>
    public Action<Step, StepFate> OnStep { get; set; } = (_, _) => { };

    /// <summary>A message arrives; the answer goes out once the decision is durable, or never.</summary>
    public void Receive(Input input, string peer, Action<Outcome> answer)
    {
        if (Core is null)
        {
            return; // Nobody listens: the sender's connection is refused, which is the same to it as a loss.
        }

        inbox.Add((input, peer, answer));
        AskStep();
    }

    /// <summary>Kills the process and starts it again later.</summary>
    public void Crash(TimeSpan downtime)
    {
        store?.Crash();
        (store, Core, stepAsked) = (null, null, false);
        inbox.Clear();
        life++;
        time.After(downtime, Start);
    }

    private void Start()
    {
        if (Core is not null)
        {
            return;
        }

        store = new(disk, new() { Fault = fault, Fidelity = ResourceFidelity.Reference });
        var resources = store.ListAsync(null, CancellationToken.None).GetAwaiter().GetResult();
        var events = store.EventsAsync(new(0, null, 1), CancellationToken.None).GetAwaiter().GetResult();
        Core = new(options, new(store.Identity, store.Revision, events.Count == 0 ? 0 : events[0].Sequence, resources), Now);
        Suspended = false;
        Tick(life);
    }

    private DateTimeOffset Now => time.Now + ClockOffset;

    // The host promises a step at least every second.
    private void Tick(int born)
    {
        if (born == life && Core is not null)
        {
            AskStep();
            time.After(TimeSpan.FromSeconds(1), () => Tick(born));
        }
    }

    private void AskStep()
    {
        if (!stepAsked)
        {
            stepAsked = true;
            var born = life;
            time.After(TimeSpan.Zero, () =>
            {
                if (born == life)
                {
                    DoStep();
                }
            });
        }
    }

    private void DoStep()
    {
        stepAsked = false;
        if (Core is null || Suspended)
        {
            return;
        }

        var taken = inbox.ToArray();
        inbox.Clear();
        var step = Core.Step([.. taken.Select(t => t.Input)], Now);
        try
        {
            if (step.Batch is not null && store!.WriteAsync(step.Batch, CancellationToken.None).GetAwaiter().GetResult() is { } conflict)
            {
                throw new InvalidOperationException($"the only writer met a conflict: {conflict}");
            }
        }
        catch (ProcessCrashedException)
        {
            OnStep(step, StepFate.Crashed);
            Crash(TimeSpan.FromSeconds(1));
            return;
        }
        catch (IOException)
        {
            Core.Undo(step);
            OnStep(step, StepFate.Undone);
            return;
        }

        Release(step, taken);
    }

    private void Release(Step step, (Input Input, string Peer, Action<Outcome> Answer)[] taken)
    {
        OnStep(step, StepFate.Committed);
        for (var i = 0; i < taken.Length; i++)
        {
            var (answer, outcome) = (taken[i].Answer, step.Outcomes[i]);
            network.Send(taken[i].Peer, () => answer(outcome));
        }

        foreach (var node in step.Nodes)
        {
            if (Core!.DesiredFor(node) is { } desired)
            {
                network.Send(node, () => OnOrders(node, desired));
            }
        }
    }
}

/// <summary>What became of a step.</summary>
internal enum StepFate
{
    Committed,
    Undone,
    Crashed,
}
