using Datahall.Scheduling;

namespace Datahall.Twin.Time;

/// <summary>A seeded source of chance, the same on every machine and in every version of the framework.</summary>
public sealed class SimRandom(ulong seed)
{
    private ulong state = SplitMix.Next(seed);

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        return SplitMix.Next(state);
    }

    /// <summary>A number from 0 (inclusive) to <paramref name="end"/> (exclusive).</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>A number from <paramref name="first"/> to <paramref name="last"/>, both inclusive.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A number of the exponential distribution with this mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Unit());

    /// <summary>A time up to <paramref name="longest"/>, in whole milliseconds.</summary>
    public TimeSpan Upto(TimeSpan longest) => TimeSpan.FromMilliseconds(Below((int)longest.TotalMilliseconds + 1));

    /// <summary>One of the items.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Puts the items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
