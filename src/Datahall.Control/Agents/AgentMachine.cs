using Datahall.Model;

namespace Datahall.Control.Agents;

/// <summary>What an agent decides: from the tasks its node should have and those it has, to what its runtime does and what it reports.</summary>
/// <remarks>
/// Deterministic, without clock or I/O; one caller drives it. The live agent and the simulated nodes run the same one.
/// The rules:
/// <list type="bullet">
/// <item>Before the first desired set of the session nothing is started or stopped.</item>
/// <item>An attempt that is not in the desired set, or has another fence than its task has there, is stopped.</item>
/// <item>Nothing is started while an attempt that is not in the desired set lives: it still holds the devices, memory and port
/// that the core has given to others.</item>
/// <item>A fence is started once. An attempt that should be kept or stopped and is not there has ended, as <c>Vanished</c>.</item>
/// <item>The members of a living attempt are what the desired set says; the runtime is told at the start, when they change, and anew in each session.</item>
/// <item>An ended attempt is reported until the desired set names it no more, and is forgotten then.</item>
/// </list>
/// </remarks>
public sealed class AgentMachine
{
    /// <summary>The <see cref="AttemptReport.Reason"/> of an attempt that is not there although it should be.</summary>
    public const string Vanished = "Vanished";

    private readonly SortedDictionary<AttemptKey, Attempt> attempts = new(KeyOrder);
    private readonly string node;
    private readonly string session;
    private SortedDictionary<string, DesiredTask>? desired;
    private ReportLedger ledger = new();
    private IReadOnlyList<AttemptReport>? list;
    private long sequence;
    private long epoch;

    /// <summary>Starts a session with the attempts found on the node.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="session">The agent's session.</param>
    /// <param name="adopted">Every attempt that an earlier session left, living or ended.</param>
    public AgentMachine(string node, string session, IReadOnlyList<AttemptReport> adopted)
    {
        (this.node, this.session) = (node, session);
        foreach (var report in adopted)
        {
            attempts[KeyOf(report)] = new Attempt(report);
        }
    }

    /// <summary>The revision of the last desired set that was taken; 0 before the first.</summary>
    public long AppliedRevision { get; private set; }

    /// <summary>Every attempt the agent has, by task and fence; ended ones too until they are forgotten.</summary>
    public IReadOnlyList<AttemptReport> Attempts => ListAttempts();

    /// <summary>Whether an attempt lives.</summary>
    public bool AnyAlive => attempts.Values.Any(static attempt => attempt.Alive);

    /// <summary>Whether the last desired set wants the machine asleep, and nothing keeps it awake.</summary>
    public bool SleepWanted { get; private set; }

    /// <summary>What the last desired set lets the node's devices draw; null: no cap, or no set yet.</summary>
    public Watts? PowerCap { get; private set; }

    /// <summary>Whether a desired set was taken: until then nothing is known of what is wanted.</summary>
    public bool HasOrders => this.desired is not null;

    /// <summary>How the node's power cap stands, for the next reports; null: nothing to say.</summary>
    public PowerCapStatus? PowerCapStatus { get; set; }

    /// <summary>Whether the last desired set wants an attempt to live.</summary>
    public bool AnyWanted => this.desired is not null && this.desired.Values.Any(static task => task.Action is not DesiredAction.Stop);

    /// <summary>Takes the tasks the node should have; a set for another session, or older than the last one, is dropped.</summary>
    public IReadOnlyList<AgentAction> OnDesired(DesiredTasks desired)
    {
        if (desired.Node != this.node || desired.Session != this.session || desired.Revision < AppliedRevision)
        {
            return [];
        }

        if (desired.Revision != AppliedRevision || this.desired is null)
        {
            Changed();
        }

        AppliedRevision = desired.Revision;
        this.desired = new(StringComparer.Ordinal);
        foreach (var task in desired.Tasks)
        {
            // One attempt of a task at most: the later one, should a set ever name two.
            if (!this.desired.TryGetValue(task.Task, out var other) || other.Fence < task.Fence)
            {
                this.desired[task.Task] = task;
            }
        }

        var actions = Converge();
        PowerCap = desired.PowerCap;
        SleepWanted = desired.Sleep && desired.Tasks.Count == 0 && !AnyAlive;
        return actions;
    }

    /// <summary>Takes what the runtime says of an attempt. A state never goes back, and the end is final.</summary>
    public IReadOnlyList<AgentAction> OnRuntime(AttemptReport report)
    {
        var key = KeyOf(report);
        if (!attempts.TryGetValue(key, out var attempt))
        {
            if (report.State is AttemptState.Ended)
            {
                return [];
            }

            attempts[key] = new Attempt(report); // Alive and unknown: it must be stopped or counted, never overlooked.
            Changed();
            return Converge();
        }

        var merged = attempt.Merge(report);
        if (merged == attempt.Report)
        {
            return [];
        }

        var ended = attempt.Alive && merged.State is AttemptState.Ended;
        attempt.Report = merged;
        Changed();
        return ended ? Converge() : [];
    }

    /// <summary>Takes the core's answer to a report.</summary>
    public void OnAcknowledged(ReportAnswer answer)
    {
        if (answer.Epoch != epoch)
        {
            epoch = answer.Epoch;
            ledger = new(); // Another life of the control plane: it is told everything.
        }
        else if (answer.Known)
        {
            ledger.Acknowledge(answer.Sequence);
        }
    }

    /// <summary>The agent has registered (again): the next report says everything.</summary>
    public void OnRegistered() => ledger = new();

    /// <summary>Makes the next report; its tasks are null when the last acknowledged report said the same.</summary>
    public NodeReport Report() => new()
    {
        Node = this.node,
        Session = this.session,
        Epoch = epoch,
        Sequence = ++sequence,
        AppliedRevision = AppliedRevision,
        Tasks = ledger.Send(sequence) ? Attempts : null,
        PowerCap = PowerCapStatus,
    };

    private static AttemptKey KeyOf(AttemptReport report) => new(report.Task, report.Fence);

    private static IComparer<AttemptKey> KeyOrder { get; } = Comparer<AttemptKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Task, b.Task) is var byTask and not 0 ? byTask : a.Fence.CompareTo(b.Fence));

    private DesiredTask? DesiredOf(AttemptKey key) =>
        this.desired is not null && this.desired.TryGetValue(key.Task, out var desired) && desired.Fence == key.Fence ? desired : null;

    private List<AgentAction> Converge()
    {
        var actions = new List<AgentAction>();
        if (this.desired is null)
        {
            return actions;
        }

        var crowded = StopAndForget(actions);
        foreach (var desired in this.desired.Values)
        {
            if (!attempts.TryGetValue(new(desired.Task, desired.Fence), out var attempt))
            {
                TakeUp(desired, crowded, actions);
            }
            else if (desired.Members is { } members && attempt.Alive && attempt.Learn(members))
            {
                actions.Add(new SetMembers(new(desired.Task, desired.Fence), members));
            }
        }

        return actions;
    }

    /// <summary>Stops what is not wanted and forgets what is over; true while something lives that the core does not count with.</summary>
    private bool StopAndForget(List<AgentAction> actions)
    {
        var crowded = false;
        foreach (var (key, attempt) in attempts.ToArray())
        {
            var desired = DesiredOf(key);
            crowded |= desired is null && attempt.Alive;
            if (desired is null && !attempt.Alive)
            {
                attempts.Remove(key);
                Changed();
                actions.Add(new ForgetAttempt(key));
            }
            else if (attempt.Alive && !attempt.StopAsked && desired is null or { Action: DesiredAction.Stop })
            {
                attempt.Stop();
                Changed();
                actions.Add(new StopAttempt(key, desired?.Template.GracePeriod));
            }
        }

        return crowded;
    }

    private void TakeUp(DesiredTask desired, bool crowded, List<AgentAction> actions)
    {
        if (desired.Action is DesiredAction.Start && crowded)
        {
            return; // Asked again when the last unwanted attempt has ended.
        }

        if (desired.Action is not DesiredAction.Start && attempts.Values.Any(a => a.Alive && a.Report.Task == desired.Task))
        {
            return; // It replaced an attempt in place that still lives: to say that it ended would free what that one holds.
        }

        var start = desired.Action is DesiredAction.Start;
        var attempt = attempts[new(desired.Task, desired.Fence)] = new Attempt(new()
        {
            Task = desired.Task,
            Fence = desired.Fence,
            State = start ? AttemptState.Starting : AttemptState.Ended,
            Reason = start ? null : Vanished,
            Message = start ? null : "the node has nothing of this attempt: the agent's data directory is new, or was cleaned",
        });
        Changed();
        if (start)
        {
            attempt.Learn(desired.Members);
            actions.Add(new StartAttempt(desired));
        }
    }

    private IReadOnlyList<AttemptReport> ListAttempts() => list ??= [.. attempts.Values.Select(static attempt => attempt.Report)];

    private void Changed()
    {
        list = null;
        ledger.Changed();
    }

    private sealed class Attempt(AttemptReport report)
    {
        // What the runtime was told; null when an earlier session told it, or nobody has.
        private IReadOnlyList<string>? members;

        public AttemptReport Report { get; set; } = report;

        public bool StopAsked { get; private set; }

        public bool Alive => Report.State is not AttemptState.Ended;

        public void Stop()
        {
            StopAsked = true;
            Report = Report with { State = AttemptState.Stopping, Ready = false };
        }

        /// <summary>Takes up who the members are; true when that is news.</summary>
        public bool Learn(IReadOnlyList<string>? members)
        {
            var news = members is not null && (this.members is null || !this.members.SequenceEqual(members, StringComparer.Ordinal));
            this.members = members;
            return news;
        }

        public AttemptReport Merge(AttemptReport said) => Report.State switch
        {
            AttemptState.Ended => Report,
            var now when said.State < now => Report with { Pid = said.Pid ?? Report.Pid, Checkpointed = said.Checkpointed ?? Report.Checkpointed },
            _ when said.State > AttemptState.Running => said with { Ready = false, Pid = said.Pid ?? Report.Pid },
            _ => said,
        };
    }
}
