using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Control.Tests;

/// <summary>A core with obedient agents: what a step orders is done and reported at once, unless a test says otherwise.</summary>
internal sealed class Hall
{
    private readonly Dictionary<string, FakeAgent> agents = [];
    private readonly List<ControlEvent> events = [];

    public Hall(CoreOptions? options = null)
    {
        Options = options ?? new();
        Core = new(Options, new("store", 0, 0, []), Now);
    }

    public CoreOptions Options { get; }

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<ControlEvent> Events => events;

    public ControlCore Core { get; private set; }

    /// <summary>A node whose agent may put it to sleep; it comes back with a new session when it registers again.</summary>
    public Hall WithSleeper(string name, int cpus = 8)
    {
        agents[name] = new(name) { Life = agents.TryGetValue(name, out var before) ? before.Life + 1 : 1 };
        Send(new Register(agents[name].Registration(A.Capacity(cpus)) with { CanSleep = true, Macs = ["02:00:00:00:00:01"] }));
        return this;
    }

    /// <summary>The agent does what its orders say: it says goodbye, and is silent.</summary>
    public Outcome FallAsleep(string node)
    {
        Assert.True(agents[node].Orders!.Sleep);
        agents[node].Silent = true;
        return Send(new Leave(node, agents[node].Session, LeaveReason.Sleep));
    }

    public Hall WithNode(string name, int cpus = 8, int gpus = 0, string model = "H100")
    {
        agents[name] = new(name);
        Send(new Register(agents[name].Registration(A.Capacity(cpus, gpus, model))));
        return this;
    }

    public TaskResource Task(string name) => (TaskResource)Core.Find(new(ResourceKinds.Task, name))!;

    public bool HasTask(string name) => Core.Find(new(ResourceKinds.Task, name)) is not null;

    public Job Job(string name) => (Job)Core.Find(new(ResourceKinds.Job, name))!;

    public Service Service(string name) => (Service)Core.Find(new(ResourceKinds.Service, name))!;

    public Node Node(string name) => (Node)Core.Find(new(ResourceKinds.Node, name))!;

    public IReadOnlyList<TaskResource> Tasks => [.. Core.Resources.OfType<TaskResource>().OrderBy(t => t.Name, StringComparer.Ordinal)];

    public FakeAgent Agent(string node) => agents[node];

    public Accepted Apply(params Resource[] resources) => Assert.IsType<Accepted>(Send(new Apply(resources)));

    public Refused Refuse(Input input) => Assert.IsType<Refused>(Send(input));

    /// <summary>One step, and those that the agents' answers make.</summary>
    public Outcome Send(Input input)
    {
        var step = Step([input]);
        Converse(step.Nodes);
        return step.Outcomes[0];
    }

    /// <summary>Lets time pass in heartbeats; agents that are not silent report.</summary>
    public void Pass(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            Now += TimeSpan.FromSeconds(1);
            var reports = agents.Values.Where(a => !a.Silent).Select(a => (Input)new Report(a.Report())).ToList();
            Converse(Step(reports).Nodes);
        }
    }

    /// <summary>Lets time pass without a step, as when the control plane is suspended.</summary>
    public void Sleep(TimeSpan time) => Now += time;

    /// <summary>The attempt of a task ends on its node, and the agent reports it.</summary>
    public void End(string task, int exitCode)
    {
        var placed = Task(task);
        var agent = agents[placed.Status.Placement!.Node];
        agent.End(task, exitCode);
        Send(new Report(agent.Report()));
    }

    /// <summary>The control plane ends and starts again from what it had committed.</summary>
    public void Restart() => Core = new(Options, new("store", Core.Revision, events.Count, [.. Core.Resources]), Now);

    private Step Step(IReadOnlyList<Input> inputs)
    {
        var step = Core.Step(inputs, Now);
        foreach (var (input, outcome) in inputs.Zip(step.Outcomes))
        {
            if (input is Report report && outcome is Reported { Answer: var answer } && agents.TryGetValue(report.NodeReport.Node, out var agent))
            {
                agent.Epoch = answer.Epoch;
            }
        }

        events.AddRange(step.Batch?.Events ?? []);
        return step;
    }

    private void Converse(IReadOnlyCollection<string> nodes)
    {
        var pending = new Queue<string>(nodes);
        for (var rounds = 0; pending.TryDequeue(out var node); rounds++)
        {
            Assert.True(rounds < 10_000, "core and agents talk without end");
            if (agents.TryGetValue(node, out var agent) && !agent.Silent && Core.DesiredFor(node) is { } desired && agent.Obey(desired))
            {
                foreach (var next in Step([new Report(agent.Report())]).Nodes)
                {
                    pending.Enqueue(next);
                }
            }
        }
    }
}

/// <summary>An agent that starts and stops what it is told, at once.</summary>
internal sealed class FakeAgent(string node)
{
    private readonly SortedDictionary<string, AttemptReport> attempts = [];
    private long sequence;
    private long applied;

    public bool Silent { get; set; }

    /// <summary>How often it has started.</summary>
    public int Life { get; init; } = 1;

    public string Session => $"{node}-{Life}";

    public long Epoch { get; set; }

    /// <summary>Whether replicas pass their health checks.</summary>
    public Func<DesiredTask, bool> Healthy { get; set; } = _ => true;

    /// <summary>Whether stops are carried out.</summary>
    public bool Stubborn { get; set; }

    public IReadOnlyDictionary<string, AttemptReport> Attempts => attempts;

    public DesiredTasks? Orders { get; private set; }

    public Registration Registration(NodeCapacity capacity) =>
        new() { Node = node, Session = Session, Capacity = capacity, Address = $"10.0.0.{node.Length}" };

    /// <returns>Whether anything changed.</returns>
    public bool Obey(DesiredTasks desired)
    {
        var before = string.Join(';', attempts.Values) + applied;
        Orders = desired;
        applied = desired.Revision;
        var wanted = desired.Tasks.ToDictionary(t => t.Task);
        foreach (var name in attempts.Keys.Where(n => !wanted.TryGetValue(n, out var t) || t.Fence != attempts[n].Fence).ToList())
        {
            if (!Stubborn)
            {
                attempts.Remove(name);
            }
        }

        foreach (var task in desired.Tasks)
        {
            var known = attempts.GetValueOrDefault(task.Task);
            attempts[task.Task] = task.Action switch
            {
                DesiredAction.Stop when !Stubborn => new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Signal = 15 },
                DesiredAction.Start when known is null => new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = Healthy(task), Pid = 100 },
                DesiredAction.Keep when known is null => new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Reason = "Vanished" },
                _ => known!,
            };
        }

        return string.Join(';', attempts.Values) + applied != before;
    }

    public void End(string task, int exitCode) =>
        attempts[task] = attempts[task] with { State = AttemptState.Ended, ExitCode = exitCode, Ready = false };

    public void Checkpoint(string task, DateTimeOffset at) => attempts[task] = attempts[task] with { Checkpointed = at };

    public void Forget() => attempts.Clear();

    public NodeReport Report() => new()
    {
        Node = node,
        Session = Session,
        Sequence = ++sequence,
        Epoch = Epoch,
        AppliedRevision = applied,
        Tasks = [.. attempts.Values],
    };
}
