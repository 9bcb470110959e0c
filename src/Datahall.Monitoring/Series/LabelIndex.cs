using System.Diagnostics.CodeAnalysis;

namespace Datahall.Monitoring.Series;

/// <summary>The inverted index: which sets of labels have a label with a value. For one caller at a time.</summary>
/// <remarks>It is over sets of labels and not over series: a node's twenty metrics share one set, so it is a twentieth of the size.</remarks>
internal sealed class LabelIndex
{
    private readonly Dictionary<SeriesLabels, int> ids = [];
    private readonly List<(SeriesLabels? Labels, int Uses)> sets = [];
    private readonly Dictionary<(string Name, string Value), List<int>> postings = [];
    private readonly List<int> dead = [];
    private readonly Stack<int> free = [];

    /// <summary>How many sets are in use.</summary>
    public int Count => ids.Count;

    public bool TryFind(SeriesLabels labels, out int id) => ids.TryGetValue(labels, out id);

    public SeriesLabels this[int id] => sets[id].Labels!;

    /// <summary>Counts one more series with these labels.</summary>
    public int Use(SeriesLabels labels)
    {
        if (ids.TryGetValue(labels, out var id))
        {
            sets[id] = (labels, sets[id].Uses + 1);
            return id;
        }

        if (free.TryPop(out id))
        {
            sets[id] = (labels, 1);
        }
        else
        {
            id = sets.Count;
            sets.Add((labels, 1));
        }

        ids.Add(labels, id);
        foreach (var (name, value) in labels)
        {
            if (!postings.TryGetValue((name, value), out var posting))
            {
                postings.Add((name, value), posting = []);
            }

            posting.Add(id);
        }

        return id;
    }

    /// <summary>Counts one less.</summary>
    public void Release(int id)
    {
        var (labels, uses) = sets[id];
        if (uses > 1)
        {
            sets[id] = (labels, uses - 1);
            return;
        }

        ids.Remove(labels!);
        sets[id] = default; // Stays in the postings until they are swept; only then is its number given again.
        dead.Add(id);
        if (dead.Count > Math.Max(1024, ids.Count))
        {
            Sweep();
        }
    }

    /// <summary>The smallest list of sets that may match; false: all may. Dead numbers are among them.</summary>
    public bool TryNarrow(IReadOnlyDictionary<string, string> wanted, [NotNullWhen(true)] out List<int>? candidates)
    {
        candidates = null;
        foreach (var (name, value) in wanted.Where(static label => label.Value.Length > 0))
        {
            List<int> posting = postings.TryGetValue((name, value), out var found) ? found : [];
            candidates = candidates is null || posting.Count < candidates.Count ? posting : candidates;
        }

        return candidates is not null;
    }

    public bool IsMatch(int id, IReadOnlyDictionary<string, string> wanted) => sets[id].Labels is { } labels && labels.Match(wanted);

    private void Sweep()
    {
        foreach (var (label, posting) in postings.ToList())
        {
            posting.RemoveAll(id => sets[id].Labels is null);
            posting.TrimExcess();
            if (posting.Count == 0)
            {
                postings.Remove(label);
            }
        }

        foreach (var id in dead)
        {
            free.Push(id);
        }

        dead.Clear();
    }
}
