using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;

namespace Datahall.Fleet.Agents;

/// <summary>The agent's machine and its runtime, in step and behind one lock; thread-safe.</summary>
internal sealed class AttemptKeeper(string node, string session, ProcessRuntime runtime)
{
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
            Carry(machine.OnDesired(desired));
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
