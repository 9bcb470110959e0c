using Datahall.Control.Agents;

namespace Datahall.Control.Tests.Agents;

/// <summary>One agent machine between a node that runs attempts and a core that wants them, with messages lost, doubled and late.</summary>
internal sealed class AgentWorld
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly Random _random;
    private readonly Dictionary<string, DesiredTask> _wanted = [];
    private readonly List<DesiredTasks> _orders = [];
    private readonly List<ReportAnswer> _answers = [];
    private readonly SortedDictionary<(string, long), AttemptState> _node = [];
    private readonly HashSet<(string, long)> _started = [];
    private AgentMachine _machine;
    private IReadOnlyList<AttemptReport>? _known;
    private long _revision = 1;
    private int _session = 1;

    public AgentWorld(Random random)
    {
        _random = random;
        _machine = NewMachine();
    }

    private string Session => $"s{_session}";

    public void Step()
    {
        switch (_random.Next(8))
        {
            case 0: ChangeMind(); break;
            case 1: _orders.Add(Desired()); break;
            case 2 when _orders.Count > 0: Carry(_machine.OnDesired(Take(_orders))); break;
            case 3 when _node.Count > 0: Progress(); break;
            case 4: Report(lost: _random.Next(3) == 0); break;
            case 5 when _answers.Count > 0: _machine.OnAcknowledged(Take(_answers)); break;
            case 6 when _random.Next(6) == 0: Restart(); break;
            default: break;
        }

        Check();
    }

    /// <summary>No more faults: after a few rounds the node has what is wanted, and the core knows it.</summary>
    public void Heal()
    {
        for (var round = 0; round < 6; round++)
        {
            Carry(_machine.OnDesired(Desired()));
            foreach (var ((task, fence), state) in _node.ToArray())
            {
                var next = state is AttemptState.Stopping ? AttemptState.Ended : state is AttemptState.Starting ? AttemptState.Running : state;
                Say(task, fence, next);
                Check();
            }

            Report(lost: false);
            _machine.OnAcknowledged(_answers[^1]);
        }

        var alive = _machine.Attempts.Where(attempt => attempt.State is not AttemptState.Ended).Select(attempt => (attempt.Task, attempt.Fence)).ToHashSet();
        var running = _node.Where(pair => pair.Value is not AttemptState.Ended).Select(pair => pair.Key).ToHashSet();
        Expect(alive.SetEquals(running), $"the machine counts {Say(alive)}, the node has {Say(running)}");
        foreach (var wanted in _wanted.Values)
        {
            var known = _machine.Attempts.SingleOrDefault(attempt => attempt.Task == wanted.Task && attempt.Fence == wanted.Fence);
            Expect(known is not null, $"{wanted.Task}@{wanted.Fence} is wanted and neither there nor reported ended");
            Expect(wanted.Action is not DesiredAction.Stop || known!.State is AttemptState.Ended, $"{wanted.Task}@{wanted.Fence} was not stopped");
        }

        Expect(_machine.Attempts.Count == _wanted.Count, "something unwanted is left");
        Expect(_machine.Report().Tasks is null, "everything is acknowledged, yet it is sent again");
        Expect(_known!.SequenceEqual(_machine.Attempts), "the core's picture differs from the machine's");
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
        var index = _random.Next(messages.Count);
        var message = messages[index];
        if (_random.Next(4) != 0) // Otherwise it stays and is delivered again.
        {
            messages.RemoveAt(index);
        }

        return message;
    }

    private void ChangeMind()
    {
        _revision++;
        var name = Names[_random.Next(Names.Length)];
        if (!_wanted.Remove(name, out var before) || _random.Next(2) == 0)
        {
            _wanted[name] = new() { Task = name, Fence = _revision, Template = new() { Run = new() { Process = new() { Command = ["true"] } } } };
        }
        else if (_random.Next(2) == 0)
        {
            _wanted[name] = before with { Action = _random.Next(2) == 0 ? DesiredAction.Keep : DesiredAction.Stop };
        }
    }

    private DesiredTasks Desired() => new() { Node = "n", Session = Session, Revision = _revision, Tasks = [.. _wanted.Values] };

    private void Progress()
    {
        var ((task, fence), state) = _node.ElementAt(_random.Next(_node.Count));
        Say(task, fence, _random.Next(3) == 0 ? AttemptState.Ended : state is AttemptState.Starting ? AttemptState.Running : state);
    }

    private void Say(string task, long fence, AttemptState state)
    {
        if (_node[(task, fence)] is not AttemptState.Ended)
        {
            _node[(task, fence)] = state;
        }

        Carry(_machine.OnRuntime(new() { Task = task, Fence = fence, State = _node[(task, fence)], Pid = 7 }));
    }

    private void Report(bool lost)
    {
        var report = _machine.Report();
        if (!lost)
        {
            _known = report.Tasks ?? _known;
            _answers.Add(new(report.Sequence, Known: true));
        }
    }

    private void Restart()
    {
        _session++;
        _answers.Clear();
        _machine = NewMachine();
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
