using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Placing;

/// <summary>The gangs by id, and those that wait in the order in which they are placed.</summary>
internal sealed class GangIndex
{
    private readonly Dictionary<string, Gang> byId = new(StringComparer.Ordinal);
    private readonly SortedSet<Line> waiting = [];

    /// <summary>The gangs that wait: higher priority first, then first come.</summary>
    public IEnumerable<Gang> Waiting => waiting.Select(line => byId[line.Id]);

    /// <summary>Those of the named gangs that wait, in the same order.</summary>
    public IEnumerable<Gang> WaitingAmong(IEnumerable<string> ids) =>
        ids.Where(id => byId.TryGetValue(id, out var gang) && gang.Waits).Select(id => byId[id]).OrderBy(gang => new Line(gang));

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
            waiting.Remove(new(gang));
        }

        gang.Change(before, after);
        if (gang.Members.Count == 0)
        {
            byId.Remove(id);
        }
        else if (gang.Waits)
        {
            waiting.Add(new(gang));
        }
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
