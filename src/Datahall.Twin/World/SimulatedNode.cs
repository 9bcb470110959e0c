using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Twin.Time;

namespace Datahall.Twin.World;

/// <summary>A machine with an agent: the real agent's decisions, simulated processes.</summary>
/// <remarks>Processes outlive the agent and end with the machine, as on the live world's machines.</remarks>
internal sealed class SimulatedNode
{
    private readonly VirtualTime time;
    private readonly SimulatedNetwork network;
    private readonly SimRandom random;
    private readonly SimulatedControlPlane control;
    private readonly WorkModel work;
    private readonly SortedDictionary<AttemptKey, Process> processes = new(Comparer<AttemptKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Task, b.Task) is var byTask and not 0 ? byTask : a.Fence.CompareTo(b.Fence)));

    private AgentMachine? agent;
    private string session = "";
    private bool registered;
    private int life;

    public SimulatedNode(
        string name, NodeCapacity capacity, VirtualTime time, SimulatedNetwork network, SimRandom random, SimulatedControlPlane control, WorkModel work)
    {
        (Name, Capacity) = (name, capacity);
        (this.time, this.network, this.random, this.control, this.work) = (time, network, random, control, work);
        StartAgent();
    }

    public string Name { get; }

    public NodeCapacity Capacity { get; }

    /// <summary>Told of each process that comes to life.</summary>
    public Action<AttemptKey> OnStarted { get; set; } = _ => { };

    /// <summary>The processes that live, with what they hold.</summary>
    public IEnumerable<(AttemptKey Key, DesiredTask Task)> Living => processes.Where(p => p.Value.Alive).Select(p => (p.Key, p.Value.Task));

    /// <summary>What the machine's devices are held at; null: nothing. It outlives the agent, and ends with the machine.</summary>
    public Watts? HeldAt { get; private set; }

    /// <summary>Whether the machine sleeps.</summary>
    public bool IsAsleep { get; private set; }

    /// <summary>A packet wakes the machine, if it sleeps; booting takes a while.</summary>
    public void WakeUp(TimeSpan boot)
    {
        if (IsAsleep)
        {
            time.After(boot, StartAgent);
        }
    }

    /// <summary>Kills the agent; its processes live on and the next agent finds them.</summary>
    public void CrashAgent(TimeSpan downtime)
    {
        agent = null;
        life++;
        time.After(downtime, StartAgent);
    }

    /// <summary>Kills the machine with everything on it; it boots again.</summary>
    public void CrashMachine(TimeSpan downtime)
    {
        foreach (var process in processes.Values.Where(p => p.Alive))
        {
            process.End(new() { Task = process.Task.Task, Fence = process.Task.Fence, State = AttemptState.Ended, Reason = AgentMachine.Vanished, Message = "the machine restarted" });
        }

        HeldAt = null;
        CrashAgent(downtime);
    }

    /// <summary>Orders arrive.</summary>
    public void Receive(DesiredTasks orders)
    {
        if (agent is not null)
        {
            Do(agent.OnDesired(orders));
            if (agent.HasOrders)
            {
                HeldAt = agent.PowerCap;
                agent.PowerCapStatus = new(HeldAt, HeldAt, null);
            }

            if (agent.SleepWanted)
            {
                AskToSleep();
            }
        }
    }

    // The goodbye ends the session, whatever becomes of it: when it is not taken, or the answer does not come, the next one tells.
    private void AskToSleep()
    {
        agent = null;
        var born = ++life;
        network.Send(Name, () => control.Receive(new Leave(Name, session, LeaveReason.Sleep), Name, outcome =>
        {
            if (born == life && agent is null && outcome is Accepted)
            {
                IsAsleep = true;
            }
        }));
        time.After(TimeSpan.FromSeconds(3), () =>
        {
            if (born == life && !IsAsleep)
            {
                StartAgent();
            }
        });
    }

    private void StartAgent()
    {
        if (agent is not null)
        {
            return;
        }

        IsAsleep = false;
        session = $"{Name}#{++life}";
        registered = false;
        agent = new(Name, session, [.. processes.Values.Select(p => p.Report)]);
        Beat(life);
    }

    private void Beat(int born)
    {
        if (born != life || agent is null)
        {
            return;
        }

        if (registered)
        {
            SendReport();
        }
        else
        {
            Register();
        }

        time.After(TimeSpan.FromSeconds(1), () => Beat(born));
    }

    private void Register()
    {
        var registration = new Registration { Node = Name, Session = session, Capacity = Capacity, Address = $"{Name}.sim", CanSleep = true, Macs = ["02:00:00:00:00:01"], CapRange = new(new(200), new(1000)) };
        var born = life;
        network.Send(Name, () => control.Receive(new Register(registration), Name, outcome =>
        {
            if (born == life && outcome is Registered && !registered)
            {
                registered = true;
                agent?.OnRegistered();
                SendReport();
            }
        }));
    }

    private void SendReport()
    {
        if (agent is null || !registered)
        {
            return;
        }

        var report = agent.Report();
        var born = life;
        network.Send(Name, () => control.Receive(new Report(report), Name, outcome =>
        {
            if (born == life && outcome is Reported { Answer: var answer })
            {
                registered &= answer.Known;
                agent?.OnAcknowledged(answer);
            }
        }));
    }

    private void Do(IReadOnlyList<AgentAction> actions)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case StartAttempt start:
                    Start(start.Desired);
                    break;
                case StopAttempt stop:
                    if (processes.TryGetValue(stop.Key, out var process))
                    {
                        time.After(TimeSpan.FromMilliseconds(10) + random.Upto(work.LongestStop), () => End(process, signal: 15));
                    }

                    break;
                case ForgetAttempt forget:
                    processes.Remove(forget.Key);
                    break;
            }
        }

        if (actions.Count > 0)
        {
            SendReport();
        }
    }

    private void Start(DesiredTask task)
    {
        var process = new Process(task);
        processes.Add(new(task.Task, task.Fence), process);
        OnStarted(new(task.Task, task.Fence));
        time.After(random.Upto(work.LongestStart), () => Run(process));
    }

    private void Run(Process process)
    {
        if (!process.Alive)
        {
            return;
        }

        var plan = work.Plan(process.Task, random);
        process.Report = process.Report with { State = AttemptState.Running, Pid = 1000 + random.Below(30_000), Ready = plan.Healthy };
        Say(process);
        if (plan.Duration is { } duration)
        {
            time.After(duration, () => End(process, exitCode: plan.ExitCode));
        }
    }

    private void End(Process process, int? exitCode = null, int? signal = null)
    {
        if (process.Alive)
        {
            process.End(process.Report with { State = AttemptState.Ended, Ready = false, ExitCode = exitCode, Signal = signal });
            Say(process);
        }
    }

    private void Say(Process process)
    {
        if (agent is not null)
        {
            Do(agent.OnRuntime(process.Report));
            SendReport();
        }
    }

    private sealed class Process(DesiredTask task)
    {
        public DesiredTask Task { get; } = task;

        public AttemptReport Report { get; set; } = new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Starting };

        public bool Alive => Report.State is not AttemptState.Ended;

        public void End(AttemptReport report) => Report = report;
    }
}
