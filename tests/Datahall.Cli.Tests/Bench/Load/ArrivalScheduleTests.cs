using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Tests.Bench.Load;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void Next_spaces_constant_arrivals_evenly_without_drift()
    {
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, 3, new(1));

        var times = Enumerable.Range(0, 3_000_001).Select(_ => schedule.Next()).ToArray();

        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 1], times[..4]);
        Assert.Equal(1_000_000, times[^1]);
    }

    [Fact]
    public void Next_spaces_poisson_arrivals_exponentially()
    {
        const int count = 200_000;
        var schedule = new ArrivalSchedule(ArrivalKind.Poisson, 50, new(7));

        var times = Enumerable.Range(0, count).Select(_ => schedule.Next()).ToArray();
        var gaps = times.Zip(times.Skip(1), static (a, b) => b - a).ToArray();

        Assert.InRange(gaps.Average(), 0.02 * 0.99, 0.02 * 1.01);
        Assert.InRange(gaps.Count(static gap => gap > 0.02) / (double)count, 0.363, 0.373); // exp(-1) = 0.368
        Assert.True(Array.TrueForAll(gaps, static gap => gap >= 0));
    }

    [Fact]
    public void Next_repeats_itself_with_the_same_seed()
    {
        static double[] Times(int seed)
        {
            var schedule = new ArrivalSchedule(ArrivalKind.Poisson, 50, new(seed));
            return [.. Enumerable.Range(0, 100).Select(_ => schedule.Next())];
        }

        Assert.Equal(Times(1), Times(1));
        Assert.NotEqual(Times(1), Times(2));
    }
}
