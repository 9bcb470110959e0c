using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Agents;

/// <summary>A control plane in memory: wants tasks, remembers what the agent says, can be away.</summary>
internal sealed class FakeControlPlane : IControlPlane
{
    private readonly ConcurrentDictionary<string, DesiredTask> wanted = new();
    private readonly ConcurrentDictionary<int, Channel<AgentOrder>> listeners = new();
    private long revision;
    private int listener;

    public string Identity { get; set; } = "store-1";

    public bool Away { get; set; }

    public bool Forgetful { get; set; }

    /// <summary>A goodbye is taken up at once, and answered when the call is given up.</summary>
    public bool SlowGoodbye { get; set; }

    /// <summary>How many reports came.</summary>
    public int Reports { get; private set; }

    /// <summary>How many of them said something.</summary>
    public int Said { get; private set; }

    public ConcurrentQueue<Registration> Registrations { get; } = new();

    public ConcurrentDictionary<string, string> Logs { get; } = new();

    public NodeReadings? Readings { get; private set; }

    public IReadOnlyList<AttemptReport> Tasks { get; private set; } = [];

    public AttemptReport? Task(string name) => Tasks.SingleOrDefault(task => task.Task == name);

    public void Want(DesiredTask task)
    {
        wanted[task.Task] = task;
        Publish();
    }

    public void Drop(string task)
    {
        wanted.TryRemove(task, out _);
        Publish();
    }

    public void Ask(LogRequest request) => Broadcast(new(Log: request));

    public Task<RegistrationAnswer> RegisterAsync(Registration registration, CancellationToken cancellationToken)
    {
        Check();
        Registrations.Enqueue(registration);
        Forgetful = false;
        return System.Threading.Tasks.Task.FromResult(new RegistrationAnswer(Identity, new Duration(100)));
    }

    public Task<ReportAnswer> ReportAsync(NodeReport report, CancellationToken cancellationToken)
    {
        Check();
        Tasks = report.Tasks ?? Tasks;
        Reports++;
        Said += report.Tasks is null ? 0 : 1;
        PowerCap = report.PowerCap;
        return System.Threading.Tasks.Task.FromResult(new ReportAnswer(report.Sequence, !Forgetful));
    }

    public Task SendReadingsAsync(NodeReadings readings, CancellationToken cancellationToken)
    {
        Check();
        Readings = readings;
        return System.Threading.Tasks.Task.CompletedTask;
    }

    /// <summary>What the last report said of the power cap.</summary>
    public PowerCapStatus? PowerCap { get; private set; }

    /// <summary>What the node's devices may draw.</summary>
    public Watts? CapWanted { get; private set; }

    /// <summary>Orders a cap; null: none.</summary>
    public void OrderCap(Watts? cap)
    {
        CapWanted = cap;
        Publish();
    }

    /// <summary>Sessions that said goodbye to sleep.</summary>
    public ConcurrentQueue<string> Sleepers { get; } = [];

    /// <summary>Whether the node is wanted asleep.</summary>
    public bool SleepWanted { get; private set; }

    /// <summary>Orders the agent to put its machine to sleep.</summary>
    public void OrderSleep()
    {
        SleepWanted = true;
        Publish();
    }

    /// <summary>Whether a goodbye for sleep is refused.</summary>
    public bool RefuseSleep { get; set; }

    public Task LeaveAsync(string node, string session, LeaveReason reason, CancellationToken cancellationToken)
    {
        Check();
        if (reason is LeaveReason.Sleep)
        {
            SleepWanted = false;
            Sleepers.Enqueue(session);
            return RefuseSleep ? throw new ControlPlaneException("it is not to sleep any more", ControlPlaneFailure.Refused) : System.Threading.Tasks.Task.CompletedTask;
        }

        foreach (var (name, task) in wanted.ToArray())
        {
            wanted[name] = task with { Action = DesiredAction.Stop };
        }

        Publish();
        Forgetful = SlowGoodbye;
        return SlowGoodbye ? System.Threading.Tasks.Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken) : System.Threading.Tasks.Task.CompletedTask;
    }

    public async IAsyncEnumerable<AgentOrder> OrdersAsync(string node, string session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check();
        var orders = Channel.CreateUnbounded<AgentOrder>();
        var id = Interlocked.Increment(ref this.listener);
        listeners[id] = orders;
        try
        {
            yield return Bind(new(Desired: Desired()), node, session);
            await foreach (var order in orders.Reader.ReadAllAsync(cancellationToken))
            {
                Check();
                yield return Bind(order, node, session);
            }
        }
        finally
        {
            listeners.TryRemove(id, out _);
        }
    }

    public async Task SendLogAsync(string requestId, Stream content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content);
        Logs[requestId] = await reader.ReadToEndAsync(cancellationToken);
    }

    public Task DeclineLogAsync(string requestId, string reason, CancellationToken cancellationToken)
    {
        Logs[requestId] = $"declined: {reason}";
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private static AgentOrder Bind(AgentOrder order, string node, string session) =>
        order.Desired is { } desired ? new(Desired: desired with { Node = node, Session = session }) : order;

    private DesiredTasks Desired() => new() { Node = "", Session = "", Revision = Interlocked.Increment(ref revision), Tasks = [.. wanted.Values], Sleep = SleepWanted, PowerCap = CapWanted };

    private void Publish() => Broadcast(new(Desired: Desired()));

    private void Broadcast(AgentOrder order)
    {
        foreach (var listener in listeners.Values)
        {
            listener.Writer.TryWrite(order);
        }
    }

    private void Check()
    {
        if (Away)
        {
            throw new ControlPlaneException("away", ControlPlaneFailure.Unavailable);
        }
    }
}
