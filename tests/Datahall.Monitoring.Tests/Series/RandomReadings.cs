using Datahall.Monitoring.Series;

namespace Datahall.Monitoring.Tests.Series;

/// <summary>Readings of every kind that the store's forms are for, and of the kinds that they are not for.</summary>
internal sealed class RandomReadings(Random random)
{
    private readonly int kind = random.Next(9);
    private readonly int digits = random.Next(5);
    private readonly double level = random.NextDouble() * Math.Pow(10, random.Next(12));
    private double counter;
    private long time = 1_700_000_000_000 + random.Next(100_000);

    /// <summary>The next one; mostly 15 s after the last.</summary>
    public Sample Next()
    {
        time += random.Next(20) switch
        {
            0 => random.Next(1, 60_000), // Jitter.
            1 when random.Next(10) == 0 => random.NextInt64(1, 3_600_000), // A gap.
            _ => 15_000,
        };
        return new(time, Value());
    }

    private double Value() => kind switch
    {
        0 => level,
        1 => Math.Round(level + (random.NextDouble() * 100), digits),
        2 => counter += random.Next(1000),
        3 => counter = Math.Round(counter + random.NextDouble(), 2),
        4 => random.NextDouble(),
        5 => random.Next(4) == 0 ? random.Next(100) : 42,
        6 => Math.Floor(random.NextDouble() * 1e9) * 4096,
        7 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)), // NaN with payloads, subnormals, anything.
        _ => Odd[random.Next(Odd.Length)],
    };

    private static readonly double[] Odd = [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 1L << 53, -(1L << 53) - 2.0, 0.1, 1e15, 1e-15];
}
