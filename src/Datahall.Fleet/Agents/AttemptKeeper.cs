using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;

namespace Datahall.Fleet.Agents;

/// <summary>The agent's machine and its runtime, in step and behind one lock; thread-safe.</summary>
internal sealed class AttemptKeeper(string node, string session, ProcessRuntime runtime)
{
    private readonly Lock _gate = new();
    private readonly AgentMachine _machine = new(node, session, runtime.Adopt());

    /// <summary>Whether nothing lives and nothing is wanted to.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_machine.AnyAlive && !_machine.AnyWanted;
            }
        }
    }

    public void Take(DesiredTasks desired)
    {
        lock (_gate)
        {
            Carry(_machine.OnDesired(desired));
        }
    }

    /// <summary>Looks at the attempts; true when the agent has something new to say.</summary>
    public bool Look()
    {
        lock (_gate)
        {
            var news = runtime.Poll();
            foreach (var report in news)
            {
                Carry(_machine.OnRuntime(report));
            }

            return news.Count > 0;
        }
    }

    public NodeReport Report()
    {
        lock (_gate)
        {
            return _machine.Report();
        }
    }

    public void Acknowledge(ReportAnswer answer)
    {
        lock (_gate)
        {
            _machine.OnAcknowledged(answer);
        }
    }

    public void Registered()
    {
        lock (_gate)
        {
            _machine.OnRegistered();
        }
    }

    public IReadOnlyList<AttemptUsage> Usage()
    {
        lock (_gate)
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
                case ForgetAttempt forget:
                    runtime.Forget(forget.Key);
                    break;
            }
        }
    }
}
