namespace Datahall.Learning.Data;

/// <summary>Orders that depend on a seed and an epoch alone.</summary>
internal static class Shuffling
{
    /// <summary>The numbers from 0 to one less than a count, each once.</summary>
    public static int[] Order(int count, int seed, int epoch)
    {
        var order = Enumerable.Range(0, count).ToArray();
        Generator(seed, epoch).Shuffle(order);
        return order;
    }

    /// <summary>A generator of its own for each seed and epoch.</summary>
    public static Random Generator(int seed, int epoch) => new(unchecked((int)((uint)seed * 0x9E3779B1u + (uint)epoch * 0x85EBCA77u)));
}
