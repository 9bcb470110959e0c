using System.Threading.Channels;
using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Agents;

/// <summary>The agent's machine and its runtime, in step and behind one lock; thread-safe.</summary>
internal sealed class AttemptKeeper(string node, string session, ProcessRuntime runtime)
{
    // Holds one word at most: the order of the cap changed.
    private readonly Channel<bool> capNews = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly AgentMachine machine = new(node, session, runtime.Adopt());

    /// <summary>Whether nothing lives and nothing is wanted to.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return !machine.AnyAlive && !machine.AnyWanted;
            }
        }
    }

    /// <summary>Whether the machine is wanted asleep, and nothing keeps it awake.</summary>
    public bool SleepWanted
    {
        get
        {
            lock (gate)
            {
                return machine.SleepWanted;
            }
        }
    }

    public void Take(DesiredTasks desired)
    {
        lock (gate)
        {
            var before = (machine.HasOrders, machine.PowerCap);
            Carry(machine.OnDesired(desired));
            if (before != (machine.HasOrders, machine.PowerCap))
            {
                capNews.Writer.TryWrite(true);
            }
        }
    }

    /// <summary>What the devices may draw by the last orders; waits for news of it, or for the time to look again.</summary>
    /// <returns>Whether there were orders, and what they say; null: no cap.</returns>
    public async Task<(bool Known, Watts? Cap)> CapOrderAsync(TimeSpan again, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(capNews.Reader.WaitToReadAsync(stop.Token).AsTask(), Task.Delay(again, time, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        capNews.Reader.TryRead(out _);
        lock (gate)
        {
            return (machine.HasOrders, machine.PowerCap);
        }
    }

    /// <summary>What the next reports say of the cap; true when it is news.</summary>
    public bool SayCap(PowerCapStatus status)
    {
        lock (gate)
        {
            var isNews = machine.PowerCapStatus != status && (machine.PowerCapStatus is not null || status != new PowerCapStatus(null, null, null));
            machine.PowerCapStatus = isNews ? status : machine.PowerCapStatus;
            return isNews;
        }
    }

    /// <summary>Looks at the attempts; true when the agent has something new to say.</summary>
    public bool Look()
    {
        lock (gate)
        {
            var news = runtime.Poll();
            foreach (var report in news)
            {
                Carry(machine.OnRuntime(report));
            }

            return news.Count > 0;
        }
    }

    public NodeReport Report()
    {
        lock (gate)
        {
            return machine.Report();
        }
    }

    public void Acknowledge(ReportAnswer answer)
    {
        lock (gate)
        {
            machine.OnAcknowledged(answer);
        }
    }

    public void Registered()
    {
        lock (gate)
        {
            machine.OnRegistered();
        }
    }

    public IReadOnlyList<AttemptUsage> Usage()
    {
        lock (gate)
        {
            return runtime.Usage();
        }
    }

    private void Carry(IReadOnlyList<AgentAction> actions)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case StartAttempt start:
                    runtime.Start(start.Desired);
                    break;
                case StopAttempt stop:
                    runtime.Stop(stop.Key, stop.Grace);
                    break;
                case SetMembers set:
                    runtime.SetMembers(set.Key, set.Members);
                    break;
                case ForgetAttempt forget:
                    runtime.Forget(forget.Key);
                    break;
            }
        }
    }
}
