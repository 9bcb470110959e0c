using System.Numerics;

namespace Datahall.Gateway.Balancing.Policies;

/// <summary>Where each block of prompts was last sent: a table of fixed size in sets of four, in which the oldest of a set gives way.</summary>
/// <remarks>Thread-safe; allocates only when made.</remarks>
internal sealed class PrefixTable
{
    private const int Ways = 4;

    private readonly Lock gate = new();
    private readonly Entry[] entries;
    private readonly long lifetime;

    /// <summary>An empty table.</summary>
    /// <param name="blocks">How many blocks it holds: a power of two from 4 on.</param>
    /// <param name="lifetime">After how many nanoseconds without use a block is forgotten.</param>
    /// <exception cref="ArgumentException">The size is no such number.</exception>
    public PrefixTable(int blocks, long lifetime)
    {
        if (blocks < Ways || !BitOperations.IsPow2(blocks))
        {
            throw new ArgumentException($"blocks is {blocks}; it must be a power of two from {Ways} on", nameof(blocks));
        }

        (entries, this.lifetime) = (new Entry[blocks], lifetime);
    }

    /// <summary>Where the longest known beginning of a prompt went; null when none is known.</summary>
    /// <param name="blocks">The prompt.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    /// <param name="length">How many blocks are known.</param>
    public Destination? Longest(ReadOnlySpan<ulong> blocks, long now, out int length)
    {
        lock (gate)
        {
            for (length = blocks.Length; length > 0; length--)
            {
                foreach (ref var entry in SetOf(blocks[length - 1]))
                {
                    if (entry.Hash == blocks[length - 1] && entry.Destination is { IsReady: true } destination && now - entry.Used <= lifetime)
                    {
                        return destination;
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Remembers where a prompt went.</summary>
    /// <param name="blocks">The prompt.</param>
    /// <param name="destination">Where it went.</param>
    /// <param name="now">The time, in nanoseconds.</param>
    public void Put(ReadOnlySpan<ulong> blocks, Destination destination, long now)
    {
        lock (gate)
        {
            foreach (var block in blocks)
            {
                Place(SetOf(block), block) = new(block, destination, now);
            }
        }
    }

    private static ref Entry Place(Span<Entry> set, ulong block)
    {
        var oldest = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].Destination is null || set[i].Hash == block)
            {
                return ref set[i];
            }

            oldest = set[i].Used < set[oldest].Used ? i : oldest;
        }

        return ref set[oldest];
    }

    private Span<Entry> SetOf(ulong block) => entries.AsSpan((int)(block & (ulong)(entries.Length - 1)) & ~(Ways - 1), Ways);

    private readonly record struct Entry(ulong Hash, Destination? Destination, long Used);
}
