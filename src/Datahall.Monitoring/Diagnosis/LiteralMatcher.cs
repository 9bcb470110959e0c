using System.Text;

namespace Datahall.Monitoring.Diagnosis;

/// <summary>Finds which of many literals a line has, in one pass over its bytes, whatever their case.</summary>
/// <remarks>Aho and Corasick, Efficient string matching, CACM 18 (1975), as a table of states over the classes of bytes that occur in the literals.</remarks>
internal sealed class LiteralMatcher
{
    private readonly byte[] classes = new byte[256];
    private readonly int[] next;
    private readonly int[][] found;
    private readonly int width;

    /// <summary>Builds the table.</summary>
    /// <param name="literals">ASCII, none empty. A literal's place is its number.</param>
    public LiteralMatcher(IReadOnlyList<string> literals)
    {
        var lowered = literals.Select(static literal => Encoding.ASCII.GetBytes(literal.ToLowerInvariant())).ToList();
        foreach (var value in lowered.SelectMany(static literal => literal).Distinct())
        {
            classes[value] = (byte)++width;
            classes[char.ToUpperInvariant((char)value)] = (byte)width;
        }

        width++;
        List<int[]> goTo = [new int[width]];
        List<List<int>> ends = [[]];
        for (var i = 0; i < lowered.Count; i++)
        {
            var state = 0;
            foreach (var value in lowered[i])
            {
                ref var to = ref goTo[state][classes[value]];
                if (to == 0)
                {
                    to = goTo.Count;
                    goTo.Add(new int[width]);
                    ends.Add([]);
                }

                state = to;
            }

            ends[state].Add(i);
        }

        Complete(goTo, ends);
        next = [.. goTo.SelectMany(static row => row)];
        found = [.. ends.Select(static list => list.ToArray())];
    }

    /// <summary>Adds the number of each literal the line has; one may be added more than once.</summary>
    public void Find(ReadOnlySpan<byte> line, List<int> numbers)
    {
        var state = 0;
        foreach (var value in line)
        {
            state = next[(state * width) + classes[value]];
            if (found[state].Length > 0)
            {
                numbers.AddRange(found[state]);
            }
        }
    }

    /// <summary>Fills the steps that lead back: to the longest suffix that begins a literal.</summary>
    private static void Complete(List<int[]> goTo, List<List<int>> ends)
    {
        var fallback = new int[goTo.Count];
        var queue = new Queue<int>(goTo[0].Where(static state => state != 0));
        while (queue.TryDequeue(out var state))
        {
            ends[state].AddRange(ends[fallback[state]]);
            for (var i = 0; i < goTo[state].Length; i++)
            {
                var to = goTo[state][i];
                if (to == 0)
                {
                    goTo[state][i] = goTo[fallback[state]][i];
                }
                else
                {
                    fallback[to] = goTo[fallback[state]][i];
                    queue.Enqueue(to);
                }
            }
        }
    }
}
