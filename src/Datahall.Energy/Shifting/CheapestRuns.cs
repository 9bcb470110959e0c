using Datahall.Energy.Curves;

namespace Datahall.Energy.Shifting;

/// <summary>Finds when work that may wait and be interrupted is best done.</summary>
public static class CheapestRuns
{
    /// <summary>The runs that do the work at the lowest cost.</summary>
    /// <param name="curve">The rate.</param>
    /// <param name="seconds">How long the work still runs, in seconds, above 0.</param>
    /// <param name="end">When it must be done, in seconds, within the curve.</param>
    /// <param name="restart">What each interruption adds to the work, in seconds, 0 or more: what was done since the last checkpoint, and the start.</param>
    /// <returns>The runs, by time; one from 0 on when there is no time to wait. Together they are at least as long as the work and its interruptions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <remarks>
    /// The cheapest pieces, the earliest of equals, until the work fits; of the last one only what is needed, next to another run where that is possible. Exact when
    /// interruptions cost nothing. When they do, the runs are never costlier than <see cref="CheapestWindow"/>, which is taken instead. O(n²) at most.
    /// </remarks>
    public static IReadOnlyList<WorkSlot> Find(RateCurve curve, double seconds, double end, double restart = 0)
    {
        Require.Positive(seconds);
        Require.NotNegative(restart);
        if (!(end >= 0 && end <= curve.End))
        {
            throw new ArgumentOutOfRangeException(nameof(end), end, $"the end is {end} s; the curve reaches from 0 to {curve.End} s");
        }

        if (end <= seconds)
        {
            return [new(0, seconds)];
        }

        var start = CheapestWindow.Start(curve, seconds, end - seconds);
        WorkSlot[] whole = [new(start, start + seconds)];
        return Pieces(curve, seconds, end, restart) is { } runs && Cost(curve, runs) < Cost(curve, whole) - (CheapestWindow.Tie * CheapestWindow.Usual(curve) * seconds) ? runs : whole;
    }

    /// <summary>The integral of the rate over runs.</summary>
    internal static double Cost(RateCurve curve, IEnumerable<WorkSlot> runs) => runs.Sum(run => curve.Mean(run.From, run.To) * (run.To - run.From));

    private static List<WorkSlot>? Pieces(RateCurve curve, double seconds, double end, double restart)
    {
        var taken = new bool[curve.Count];
        var length = 0.0;
        foreach (var piece in Enumerable.Range(0, curve.Count).Where(i => curve.Edge(i) < end).OrderBy(curve.Rate).ThenBy(static i => i))
        {
            taken[piece] = true;
            length += Math.Min(curve.Edge(piece + 1), end) - curve.Edge(piece);
            var runs = Join(curve, taken, end);
            var spare = length - seconds - (restart * (runs.Count - 1));
            if (spare >= 0)
            {
                return Trim(curve, runs, piece, spare, restart, end);
            }
        }

        return null;
    }

    private static List<WorkSlot> Join(RateCurve curve, bool[] taken, double end)
    {
        var runs = new List<WorkSlot>();
        for (var i = 0; i < taken.Length; i++)
        {
            if (taken[i])
            {
                var to = Math.Min(curve.Edge(i + 1), end);
                if (i > 0 && taken[i - 1])
                {
                    runs[^1] = runs[^1] with { To = to };
                }
                else
                {
                    runs.Add(new(curve.Edge(i), to));
                }
            }
        }

        return runs;
    }

    // The dearest piece was taken last, and not all of it is needed: what is cut off is at its free side, or else in it, if that is worth an interruption.
    private static List<WorkSlot> Trim(RateCurve curve, List<WorkSlot> runs, int last, double spare, double restart, double end)
    {
        var (from, to) = (curve.Edge(last), Math.Min(curve.Edge(last + 1), end));
        var index = runs.FindIndex(run => run.From <= from && run.To >= to);
        var run = runs[index];
        if (run.To == to)
        {
            runs[index] = run with { To = to - spare };
        }
        else if (run.From == from)
        {
            runs[index] = run with { From = from + spare };
        }
        else if (spare > restart)
        {
            runs[index] = run with { To = to - (spare - restart) };
            runs.Insert(index + 1, new(to, run.To));
        }

        return [.. runs.Where(static r => r.To > r.From)];
    }
}

/// <summary>A time in which work runs.</summary>
/// <param name="From">From, in seconds.</param>
/// <param name="To">To, in seconds.</param>
public readonly record struct WorkSlot(double From, double To);
