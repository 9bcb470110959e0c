using System.Numerics;

namespace Datahall.Scheduling.Cluster;

/// <summary>Lists of device indexes, made once for each set: a placement on a node of up to eight devices allocates nothing.</summary>
internal static class DeviceSets
{
    private static readonly int[][] Small = [.. Enumerable.Range(0, 256).Select(mask => ListOf((ulong)mask))];

    /// <summary>The indexes of the bits that are set, ascending.</summary>
    public static IReadOnlyList<int> Of(ulong mask) => mask < 256 ? Small[mask] : ListOf(mask);

    /// <summary>One index.</summary>
    public static IReadOnlyList<int> Of(int device) => device < 8 ? Small[1 << device] : [device];

    private static int[] ListOf(ulong mask)
    {
        var list = new int[BitOperations.PopCount(mask)];
        for (var i = 0; mask != 0; mask &= mask - 1)
        {
            list[i++] = BitOperations.TrailingZeroCount(mask);
        }

        return list;
    }
}
