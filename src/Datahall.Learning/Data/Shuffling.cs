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

    /// <summary>Shuffles a stream that does not fit into memory: each row trades places with a random one of those held.</summary>
    /// <param name="rows">The stream.</param>
    /// <param name="held">How many rows are in memory; the order is uniformly random when the stream is no longer than that.</param>
    /// <param name="random">Where the randomness comes from.</param>
    public static IEnumerable<T> Stream<T>(IEnumerable<T> rows, int held, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(held, 1);
        return Shuffled();

        IEnumerable<T> Shuffled()
        {
            var buffer = new List<T>(held);
            foreach (var row in rows)
            {
                if (buffer.Count < held)
                {
                    buffer.Add(row);
                    continue;
                }

                var i = random.Next(held);
                yield return buffer[i];
                buffer[i] = row;
            }

            var rest = buffer.ToArray();
            random.Shuffle(rest);
            foreach (var row in rest)
            {
                yield return row;
            }
        }
    }
}
