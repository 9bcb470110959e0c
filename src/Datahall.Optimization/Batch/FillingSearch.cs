using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;

namespace Datahall.Optimization.Batch;

/// <summary>Lists the fillings of a class of nodes to which nothing can be added.</summary>
/// <remarks>
/// Depth first, large shapes first, so that a filling is found once. Where there are more than may be listed, those with many kinds of shapes are sampled: every
/// shape alone, and every pair of shapes, filled up with the largest that fit.
/// </remarks>
internal sealed class FillingSearch(IReadOnlyList<PlacementRequest> shapes, IReadOnlyList<int> wanted, int most)
{
    private readonly int[] order =
    [
        .. Enumerable.Range(0, shapes.Count)
            .OrderByDescending(s => (long)shapes[s].Devices * shapes[s].MilliPerDevice).ThenByDescending(s => shapes[s].CpuMilli)
            .ThenByDescending(s => shapes[s].MemoryBytes).ThenBy(s => s),
    ];

    private readonly List<int> sequence = [];
    private readonly Dictionary<string, IReadOnlyList<int>> found = new(StringComparer.Ordinal);
    private int steps;

    /// <summary>The sequences of shapes that fill a node.</summary>
    /// <param name="node">A node of the class.</param>
    public IReadOnlyList<IReadOnlyList<int>> Of(NodeRoom node)
    {
        found.Clear();
        sequence.Clear();
        steps = 15 * most;
        var filler = new NodeFiller(NodeClass.Alone(node), shapes);
        var fitting = order.Where(s => wanted[s] > 0 && filler.Fits(s)).ToArray();
        Descend(filler, fitting, 0);
        if (steps <= 0 || found.Count >= most)
        {
            Sample(filler, fitting);
        }

        return [.. found.Values];
    }

    private void Descend(NodeFiller filler, int[] fitting, int from)
    {
        var added = false;
        for (var i = from; i < fitting.Length && steps > 0 && found.Count < most; i++)
        {
            steps--;
            if (CountOf(fitting[i]) >= wanted[fitting[i]] || filler.TryAdd(fitting[i]) is null)
            {
                continue;
            }

            added = true;
            sequence.Add(fitting[i]);
            Descend(filler, fitting, i);
            sequence.RemoveAt(sequence.Count - 1);
            filler.RemoveLast();
        }

        // A larger shape that would still fit belongs to another filling, which has this one within it.
        if (!added && sequence.Count > 0 && !fitting.Take(from).Any(s => CountOf(s) < wanted[s] && filler.Fits(s)))
        {
            Keep();
        }
    }

    private void Sample(NodeFiller filler, int[] fitting)
    {
        var tries = 4 * most;
        foreach (var first in fitting)
        {
            foreach (var second in fitting)
            {
                if (found.Count >= 2 * most || tries-- == 0)
                {
                    return;
                }

                Fill(filler, [first, second, .. fitting]);
                if (first != second)
                {
                    AddUpTo(filler, first, 1);
                    Fill(filler, [second, .. fitting]);
                }
            }
        }
    }

    private void Fill(NodeFiller filler, IEnumerable<int> preferred)
    {
        foreach (var shape in preferred)
        {
            AddUpTo(filler, shape, wanted[shape]);
        }

        Keep();
        while (sequence.Count > 0)
        {
            sequence.RemoveAt(sequence.Count - 1);
            filler.RemoveLast();
        }
    }

    private void AddUpTo(NodeFiller filler, int shape, int count)
    {
        for (var have = CountOf(shape); have < count && filler.TryAdd(shape) is not null; have++)
        {
            sequence.Add(shape);
        }
    }

    private int CountOf(int shape) => sequence.Count(s => s == shape);

    private void Keep() => found.TryAdd(string.Join(' ', sequence.Order()), [.. sequence]);
}
