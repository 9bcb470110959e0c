using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>The gangs by id, and those that wait, by queue.</summary>
internal sealed class GangIndex
{
    /// <summary>Higher priority first, then first come, then by name.</summary>
    public static readonly Comparer<Gang> FirstCome = Comparer<Gang>.Create(static (a, b) => new Line(a).CompareTo(new Line(b)));

    private readonly Dictionary<string, Gang> byId = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<Line>> waiting = new(StringComparer.Ordinal);
    private readonly SortedSet<Line> extras = [];
    private int waitingCount;

    /// <summary>All gangs, in no particular order.</summary>
    public IEnumerable<Gang> All => byId.Values;

    /// <summary>Whether some gang waits.</summary>
    public bool AnyWaits => extras.Count > 0 || waitingCount > 0;

    /// <summary>The queues in which gangs wait, by name.</summary>
    public IEnumerable<string> Queues => waiting.Keys;

    /// <summary>Extra tasks of elastic roles that wait.</summary>
    public IEnumerable<Gang> Extras => extras.Select(line => byId[line.Id]);

    /// <summary>The gangs that wait in a queue, first come, first served among equals.</summary>
    public IEnumerable<Gang> WaitingIn(string queue) => waiting.TryGetValue(queue, out var lines) ? lines.Select(line => byId[line.Id]) : [];

    public Gang? Find(string id) => byId.GetValueOrDefault(id);

    public void Change(TaskResource? before, TaskResource? after)
    {
        var id = (after ?? before)!.GangId();
        if (!byId.TryGetValue(id, out var gang))
        {
            byId[id] = gang = new(id);
        }
        else if (gang.Waits)
        {
            LineOf(gang).Remove(new(gang));
            waitingCount -= gang.IsExtra ? 0 : 1;
        }

        gang.Change(before, after);
        if (gang.Members.Count == 0)
        {
            byId.Remove(id);
        }
        else if (gang.Waits)
        {
            LineOf(gang).Add(new(gang));
            waitingCount += gang.IsExtra ? 0 : 1;
        }
    }

    private SortedSet<Line> LineOf(Gang gang)
    {
        if (gang.IsExtra)
        {
            return extras;
        }

        if (!waiting.TryGetValue(gang.Queue, out var lines))
        {
            waiting[gang.Queue] = lines = [];
        }

        return lines;
    }

    private readonly record struct Line(int Priority, DateTimeOffset Since, string Id) : IComparable<Line>
    {
        public Line(Gang gang)
            : this(gang.Priority, gang.Since, gang.Id)
        {
        }

        public int CompareTo(Line other) =>
            Priority != other.Priority ? other.Priority.CompareTo(Priority)
            : Since != other.Since ? Since.CompareTo(other.Since)
            : string.CompareOrdinal(Id, other.Id);
    }
}
