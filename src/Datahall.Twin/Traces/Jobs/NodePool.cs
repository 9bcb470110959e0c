using System.Numerics;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>
/// How many GPUs are free on each node, with the two questions a placement asks: the first node, and the tightest, that has room.
/// </summary>
/// <remarks>
/// A gang that fits on one node gets one; a larger one gets whole idle nodes and, for the rest, one more node (the "yarn" rule of Gandiva,
/// Tiresias and Muri). For each number of GPUs a set of bits tells the nodes with at least as many free, so a look-up reads nodes/64 words.
/// </remarks>
internal sealed class NodePool
{
    private readonly int[] sizes;
    private readonly int[] free;
    private readonly ulong[][] atLeast;

    public NodePool(IReadOnlyList<int> sizes)
    {
        this.sizes = [.. sizes];
        free = new int[sizes.Count];
        Largest = this.sizes.Max();
        atLeast = [.. Enumerable.Range(0, Largest + 2).Select(_ => new ulong[(sizes.Count + 63) / 64])];
        Capacity = this.sizes.Sum();
        Clear();
    }

    /// <summary>All GPUs.</summary>
    public int Capacity { get; }

    /// <summary>GPUs of the largest node.</summary>
    public int Largest { get; }

    /// <summary>Free GPUs.</summary>
    public int Free { get; private set; }

    /// <summary>GPUs of each node.</summary>
    public IReadOnlyList<int> Sizes => sizes;

    /// <summary>Frees everything.</summary>
    public void Clear()
    {
        foreach (var bits in atLeast)
        {
            Array.Clear(bits);
        }

        Free = Capacity;
        for (var node = 0; node < sizes.Length; node++)
        {
            free[node] = sizes[node];
            for (var level = 0; level <= free[node]; level++)
            {
                atLeast[level][node >> 6] |= 1UL << (node & 63);
            }
        }
    }

    /// <summary>Takes the state of another pool of the same nodes.</summary>
    public void CopyFrom(NodePool other)
    {
        other.free.CopyTo(free, 0);
        for (var level = 0; level < atLeast.Length; level++)
        {
            other.atLeast[level].CopyTo(atLeast[level], 0);
        }

        Free = other.Free;
    }

    /// <summary>Finds room; null when there is none. Nothing is taken yet.</summary>
    /// <param name="gpus">How many GPUs, 1 or more.</param>
    /// <param name="fit">Which node when several have room.</param>
    /// <param name="preferFree">
    /// Of several nodes as tight, the one that has most free in this other pool of the same nodes; null for the first.
    /// </param>
    public Holding[]? Find(int gpus, NodeFit fit, NodePool? preferFree = null)
    {
        if (gpus > Free)
        {
            return null;
        }

        if (gpus <= Largest)
        {
            var node = FindNode(gpus, fit, preferFree, []);
            return node < 0 ? null : [new(node, gpus)];
        }

        return FindNodes(gpus, fit, preferFree);
    }

    /// <summary>Whether these GPUs are free.</summary>
    public bool HasRoom(ReadOnlySpan<Holding> holdings)
    {
        foreach (var (node, gpus) in holdings)
        {
            if (free[node] < gpus)
            {
                return false;
            }
        }

        return true;
    }

    public void Take(ReadOnlySpan<Holding> holdings)
    {
        foreach (var (node, gpus) in holdings)
        {
            Change(node, -gpus);
        }
    }

    public void Give(ReadOnlySpan<Holding> holdings)
    {
        foreach (var (node, gpus) in holdings)
        {
            Change(node, gpus);
        }
    }

    private Holding[]? FindNodes(int gpus, NodeFit fit, NodePool? preferFree)
    {
        var (whole, rest) = Math.DivRem(gpus, Largest);
        var found = new Holding[whole + (rest > 0 ? 1 : 0)];
        for (var i = 0; i < found.Length; i++)
        {
            var wanted = i < whole ? Largest : rest;
            var node = FindNode(wanted, fit, preferFree, found.AsSpan(0, i));
            if (node < 0)
            {
                return null;
            }

            found[i] = new(node, wanted);
        }

        return found;
    }

    private int FindNode(int gpus, NodeFit fit, NodePool? preferFree, ReadOnlySpan<Holding> taken)
    {
        if (fit is NodeFit.First)
        {
            return Lowest(gpus, Largest, null, taken);
        }

        for (var most = gpus; most <= Largest; most++)
        {
            var node = Lowest(gpus, most, preferFree, taken);
            if (node >= 0)
            {
                return node;
            }
        }

        return -1;
    }

    // The first node with at least `gpus` and at most `most` free; with a preference, the one it prefers.
    private int Lowest(int gpus, int most, NodePool? preferFree, ReadOnlySpan<Holding> taken)
    {
        var best = -1;
        var (enough, more) = (atLeast[gpus], atLeast[most + 1]);
        for (var word = 0; word < enough.Length; word++)
        {
            for (var bits = enough[word] & ~more[word]; bits != 0; bits &= bits - 1)
            {
                var node = (word << 6) + BitOperations.TrailingZeroCount(bits);
                if (Holds(taken, node) || (best >= 0 && preferFree!.free[node] <= preferFree.free[best]))
                {
                    continue;
                }

                best = node;
                if (preferFree is null)
                {
                    return best;
                }
            }
        }

        return best;
    }

    private static bool Holds(ReadOnlySpan<Holding> taken, int node)
    {
        foreach (var holding in taken)
        {
            if (holding.Node == node)
            {
                return true;
            }
        }

        return false;
    }

    private void Change(int node, int by)
    {
        var (from, to) = (free[node], free[node] + by);
        if (to < 0 || to > sizes[node])
        {
            throw new InvalidOperationException($"node {node} would have {to} of {sizes[node]} GPUs free");
        }

        var bit = 1UL << (node & 63);
        for (var level = Math.Min(from, to) + 1; level <= Math.Max(from, to); level++)
        {
            atLeast[level][node >> 6] ^= bit;
        }

        free[node] = to;
        Free += by;
    }
}

/// <summary>GPUs of one node that a job holds.</summary>
internal readonly record struct Holding(int Node, int Gpus);

/// <summary>Which node is taken when several have room.</summary>
internal enum NodeFit
{
    /// <summary>The first in node order.</summary>
    First,

    /// <summary>The one with least left over; the first of several.</summary>
    Tightest,
}
