using Datahall.Control.Agents;

namespace Datahall.Control.Tests.Agents;

/// <summary>One agent machine between a node that runs attempts and a core that wants them, with messages lost, doubled and late.</summary>
internal sealed class AgentWorld
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly Random random;
    private readonly Dictionary<string, DesiredTask> wanted = [];
    private readonly List<DesiredTasks> orders = [];
    private readonly List<ReportAnswer> answers = [];
    private readonly SortedDictionary<(string, long), AttemptState> _node = [];
    private readonly HashSet<(string, long)> _started = [];
    private AgentMachine machine;
    private IReadOnlyList<AttemptReport>? known;
    private long revision = 1;
    private int session = 1;

    public AgentWorld(Random random)
    {
        this.random = random;
        machine = NewMachine();
    }

    private string Session => $"s{session}";

    public void Step()
    {
        switch (this.random.Next(8))
        {
            case 0: ChangeMind(); break;
            case 1: orders.Add(Desired()); break;
            case 2 when orders.Count > 0: Carry(machine.OnDesired(Take(orders))); break;
            case 3 when _node.Count > 0: Progress(); break;
            case 4: Report(lost: this.random.Next(3) == 0); break;
            case 5 when answers.Count > 0: machine.OnAcknowledged(Take(answers)); break;
            case 6 when this.random.Next(6) == 0: Restart(); break;
            default: break;
        }

        Check();
    }

    /// <summary>No more faults: after a few rounds the node has what is wanted, and the core knows it.</summary>
    public void Heal()
    {
        for (var round = 0; round < 6; round++)
        {
            Carry(machine.OnDesired(Desired()));
            foreach (var ((task, fence), state) in _node.ToArray())
            {
                var next = state is AttemptState.Stopping ? AttemptState.Ended : state is AttemptState.Starting ? AttemptState.Running : state;
                Say(task, fence, next);
                Check();
            }

            Report(lost: false);
            machine.OnAcknowledged(answers[^1]);
        }

        var alive = machine.Attempts.Where(attempt => attempt.State is not AttemptState.Ended).Select(attempt => (attempt.Task, attempt.Fence)).ToHashSet();
        var running = _node.Where(pair => pair.Value is not AttemptState.Ended).Select(pair => pair.Key).ToHashSet();
        Expect(alive.SetEquals(running), $"the machine counts {Say(alive)}, the node has {Say(running)}");
        foreach (var wanted in this.wanted.Values)
        {
            var known = machine.Attempts.SingleOrDefault(attempt => attempt.Task == wanted.Task && attempt.Fence == wanted.Fence);
            Expect(known is not null, $"{wanted.Task}@{wanted.Fence} is wanted and neither there nor reported ended");
            Expect(wanted.Action is not DesiredAction.Stop || known!.State is AttemptState.Ended, $"{wanted.Task}@{wanted.Fence} was not stopped");
        }

        Expect(machine.Attempts.Count == this.wanted.Count, "something unwanted is left");
        Expect(machine.Report().Tasks is null, "everything is acknowledged, yet it is sent again");
        Expect(this.known!.SequenceEqual(machine.Attempts), "the core's picture differs from the machine's");
    }

    private static void Expect(bool holds, string broken)
    {
        if (!holds)
        {
            throw new InvalidOperationException(broken);
        }
    }

    private static string Say(IEnumerable<(string Task, long Fence)> keys) => string.Join(", ", keys.Select(key => $"{key.Task}@{key.Fence}"));

    private T Take<T>(List<T> messages)
    {
        var index = this.random.Next(messages.Count);
        var message = messages[index];
        if (this.random.Next(4) != 0) // Otherwise it stays and is delivered again.
        {
            messages.RemoveAt(index);
        }

        return message;
    }

    private void ChangeMind()
    {
        revision++;
        var name = Names[this.random.Next(Names.Length)];
        if (!this.wanted.Remove(name, out var before) || this.random.Next(2) == 0)
        {
            this.wanted[name] = new() { Task = name, Fence = revision, Template = new() { Run = new() { Process = new() { Command = ["true"] } } } };
        }
        else if (this.random.Next(2) == 0)
        {
            this.wanted[name] = before with { Action = this.random.Next(2) == 0 ? DesiredAction.Keep : DesiredAction.Stop };
        }
    }

    private DesiredTasks Desired() => new() { Node = "n", Session = Session, Revision = revision, Tasks = [.. this.wanted.Values] };

    private void Progress()
    {
        var ((task, fence), state) = _node.ElementAt(this.random.Next(_node.Count));
        Say(task, fence, this.random.Next(3) == 0 ? AttemptState.Ended : state is AttemptState.Starting ? AttemptState.Running : state);
    }

    private void Say(string task, long fence, AttemptState state)
    {
        if (_node[(task, fence)] is not AttemptState.Ended)
        {
            _node[(task, fence)] = state;
        }

        Carry(machine.OnRuntime(new() { Task = task, Fence = fence, State = _node[(task, fence)], Pid = 7 }));
    }

    private void Report(bool lost)
    {
        var report = machine.Report();
        if (!lost)
        {
            this.known = report.Tasks ?? this.known;
            answers.Add(new(report.Sequence, Known: true));
        }
    }

    private void Restart()
    {
        session++;
        answers.Clear();
        machine = NewMachine();
    }

    private AgentMachine NewMachine() => new(
        "n", Session, [.. _node.Select(pair => new AttemptReport { Task = pair.Key.Item1, Fence = pair.Key.Item2, State = pair.Value })]);

    private void Carry(IReadOnlyList<AgentAction> actions)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case StartAttempt start:
                    Expect(_started.Add((start.Desired.Task, start.Desired.Fence)), $"{start.Desired.Task}@{start.Desired.Fence} is started twice");
                    _node.Add((start.Desired.Task, start.Desired.Fence), AttemptState.Starting);
                    break;
                case StopAttempt(var key, _) when _node[(key.Task, key.Fence)] is not AttemptState.Ended:
                    _node[(key.Task, key.Fence)] = AttemptState.Stopping;
                    break;
                case ForgetAttempt(var key):
                    Expect(!_node.TryGetValue((key.Task, key.Fence), out var state) || state is AttemptState.Ended, $"{key} is forgotten alive");
                    _node.Remove((key.Task, key.Fence));
                    break;
            }
        }
    }

    private void Check()
    {
        var doubled = _node.Where(pair => pair.Value is not AttemptState.Ended).GroupBy(pair => pair.Key.Item1).FirstOrDefault(group => group.Count() > 1);
        Expect(doubled is null, $"two attempts of {doubled?.Key} live");
    }
}
