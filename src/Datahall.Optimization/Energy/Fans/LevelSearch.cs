namespace Datahall.Optimization.Energy.Fans;

/// <summary>Bounds the objective over all levels, and looks for better levels than a fixed point: branch and bound.</summary>
/// <remarks>
/// For a set of levels of a fan with N nodes, its cost as a function of the load U, in fully loaded nodes, is at least a + s U: a is the least cost of an idle fan, s the largest slope that stays
/// below every level's cost at the most load it bears. Levels are lines, so a line below both their ends is below them. With these lines for costs and the widest load limits the allocation
/// is a linear program again, and its dual bound less Σ a bounds the objective. A set is cut in two, the level that suits the load and the others, where the true cost is furthest above the line.
/// With one level left in each set the bound is the program's own.
/// </remarks>
internal sealed class LevelSearch(Hall hall, LevelChoice choice, Allocator allocator)
{
    private const double Tight = 1e-9;

    /// <summary>Searches.</summary>
    /// <param name="known">The objective that is reached.</param>
    /// <param name="most">The most linear programs after the first.</param>
    /// <param name="improve">Tries levels: reaches a fixed point from them and returns the best objective known then.</param>
    /// <returns>The bound.</returns>
    public double Bound(double known, int most, Func<int[], double> improve)
    {
        var open = new PriorityQueue<Branch, double>();
        Add([.. hall.Routes.Select(static r => r.Reachable)]);
        for (var solves = 0; open.TryDequeue(out var branch, out _);)
        {
            known = Math.Max(known, improve(branch.Levels));
            var isOpen = branch.Bound > known + (Tight * Math.Max(1, Math.Abs(known)));
            if (!isOpen || branch.Widest < 0 || solves >= most)
            {
                return Math.Max(branch.Bound, known); // The others in line have lower bounds.
            }

            foreach (var half in Cut(branch))
            {
                solves++;
                Add(half);
            }
        }

        return known;

        void Add(IReadOnlyList<int>[] sets)
        {
            if (Relax(sets) is { Bound: var bound } branch)
            {
                open.Enqueue(branch, -bound);
            }
        }
    }

    private static IEnumerable<IReadOnlyList<int>[]> Cut(Branch branch)
    {
        foreach (var half in branch.Sets[branch.Widest].GroupBy(l => l == branch.Levels[branch.Widest]))
        {
            var sets = branch.Sets.ToArray();
            sets[branch.Widest] = [.. half];
            yield return sets;
        }
    }

    private Branch? Relax(IReadOnlyList<int>[] sets)
    {
        var lines = sets.Select((set, fan) => Below(fan, set)).ToList();
        if (allocator.Solve(hall.Program(f => lines[f].LoadLimit, f => lines[f].Slope)) is not { } solved)
        {
            return null;
        }

        var placing = Placing.Of(hall, solved);
        var levels = choice.Best(placing, [.. sets.Select(static _ => -1)], f => sets[f]);
        var (widest, most) = (-1, Tight * Math.Max(1, Math.Abs(solved.Bound)));
        for (var f = 0; f < sets.Length; f++)
        {
            var above = choice.Cost(f, levels[f], placing.Busy(hall, f)) - lines[f].Idle - (lines[f].Slope * placing.Busy(hall, f));
            (widest, most) = sets[f].Count > 1 && above > most ? (f, above) : (widest, most);
        }

        return new(sets, solved.Bound - lines.Sum(static l => l.Idle), levels, widest);
    }

    private (double Idle, double Slope, double LoadLimit) Below(int fan, IReadOnlyList<int> set)
    {
        var idle = set.Min(l => choice.Cost(fan, l, 0));
        var limit = set.Max(l => hall.LoadLimit(choice.Level(fan, l)));
        var slopes = set.Select(l => (Level: l, Busy: hall.NodesOf[fan] * hall.LoadLimit(choice.Level(fan, l)))).Where(static l => l.Busy > 0)
            .Select(l => (choice.Cost(fan, l.Level, l.Busy) - idle) / l.Busy);
        return (idle, slopes.DefaultIfEmpty(0).Min(), limit);
    }

    private sealed record Branch(IReadOnlyList<int>[] Sets, double Bound, int[] Levels, int Widest);
}
