using Datahall.Energy.Shifting;

namespace Datahall.Energy.Tests.Shifting;

public sealed class CheapestHoursTests
{
    [Theory]
    [InlineData(1, 0)] // Within the first piece, at once.
    [InlineData(2, 0)] // 3 and 1: as good as any other window of two hours but the last.
    [InlineData(3, 2)] // 2 1 1
    [InlineData(4, 1)] // 4 2 1 1 before 2 1 1 9
    public void Start_finds_the_cheapest_window_and_of_equals_the_earliest(int hours, int expected)
    {
        double[] rates = hours == 2 ? [1, 1, 1, 1, 1, 1] : hours == 1 ? [1, 4, 2, 1, 1, 9] : [3, 4, 2, 1, 1, 9];

        Assert.Equal(expected * 3600, CheapestWindow.Start(Hourly(rates), hours * 3600, (6 - hours) * 3600));
    }

    [Fact]
    public void Start_may_lie_between_the_hours_when_the_end_meets_one()
    {
        var curve = Hourly(2, 1, 3);

        var start = CheapestWindow.Start(curve, 5400, 5400);

        Assert.Equal(1800, start);
        Assert.Equal((0.5 * 2) + 1, curve.Mean(start, start + 5400) * 1.5, 1e-12);
    }

    [Fact]
    public void Start_takes_hours_that_cost_less_than_nothing()
    {
        Assert.Equal(3600, CheapestWindow.Start(Hourly(0.1, -0.2, 0.1), 3600, 7200));
    }

    [Fact]
    public void Runs_are_the_cheap_hours_and_of_the_last_only_what_is_needed()
    {
        Assert.Equal([new(3600, 7200), new(10800, 12600)], CheapestRuns.Find(Hourly(9, 1, 9, 2, 9), 5400, 5 * 3600));
    }

    [Fact]
    public void Runs_are_not_parted_when_interruptions_cost_more_than_they_save()
    {
        var curve = Hourly(9, 1, 1.1, 1, 9);

        Assert.Equal([new(3600, 7200), new(10800, 14400)], CheapestRuns.Find(curve, 7200, 5 * 3600));
        Assert.Equal([new(3600, 10800)], CheapestRuns.Find(curve, 7200, 5 * 3600, restart: 600));
    }

    [Fact]
    public void Runs_begin_at_once_when_there_is_no_time_to_wait()
    {
        Assert.Equal([new(0, 7200)], CheapestRuns.Find(Hourly(9, 1, 1), 7200, 7000));
    }

    [Fact]
    public void Both_agree_with_trying_every_minute()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var curve = Hourly([.. Enumerable.Range(0, random.Next(2, 12)).Select(_ => Math.Round((random.NextDouble() * 4) - 1, 1))]);
            var end = (int)(curve.End / 60);
            var minutes = random.Next(1, end);

            var start = CheapestWindow.Start(curve, minutes * 60, (end - minutes) * 60);
            var runs = CheapestRuns.Find(curve, minutes * 60, end * 60);
            var parted = CheapestRuns.Find(curve, minutes * 60, end * 60, restart: 300);

            var window = Enumerable.Range(0, end - minutes + 1).Min(m => curve.Mean(m * 60, (m + minutes) * 60));
            var each = Enumerable.Range(0, end).Select(m => curve.Mean(m * 60, (m + 1) * 60)).Order().Take(minutes).Sum() * 60;
            Assert.True(Math.Abs(window - curve.Mean(start, start + (minutes * 60))) < 1e-9, $"seed {seed}: the window from {start} s costs more than {window}");
            Assert.True(Math.Abs(each - CheapestRuns.Cost(curve, runs)) < 1e-6, $"seed {seed}: the runs cost {CheapestRuns.Cost(curve, runs)}, the cheapest minutes {each}");
            Assert.True(CheapestRuns.Cost(curve, parted) < (window * minutes * 60) + 1e-6, $"seed {seed}: the runs with interruptions cost more than one window");
            Assert.True(parted.Sum(r => r.To - r.From) > (minutes * 60) + (300 * (parted.Count - 1)) - 1e-6, $"seed {seed}: the runs are too short");
            Assert.All(runs.Concat(parted), r => Assert.True(r.From >= 0 && r.To > r.From && r.To <= (end * 60) + 1e-6, $"seed {seed}: {r}"));
        }
    }

    [Fact]
    public void Times_that_do_not_add_up_to_the_last_bit_are_within_the_curve()
    {
        var curve = new RateCurve([0, 78, 88.817], [3, 1]);

        var start = CheapestWindow.Start(curve, 10.817, 78);

        Assert.Equal(78, start, 1e-9);
        Assert.Equal(1, curve.Mean(start, start + 10.817), 1e-9);
    }

    [Fact]
    public void A_curve_refuses_what_makes_no_sense()
    {
        Assert.Throws<ArgumentException>(() => new RateCurve([0, 10, 10], [1, 2]));
        Assert.Throws<ArgumentException>(() => new RateCurve([1, 10], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateCurve([0, 10], [double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hourly(1, 2).Mean(0, 7201));
        Assert.Throws<ArgumentOutOfRangeException>(() => CheapestWindow.Start(Hourly(1, 2), 3600, 7200));
    }

    private static RateCurve Hourly(params double[] rates) => new([.. Enumerable.Range(0, rates.Length + 1).Select(i => i * 3600.0)], rates);
}
