using Datahall.Scheduling.Ordering;

namespace Datahall.Scheduling.Tests.Ordering;

public sealed class ServiceCurveTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(59.9, 0)]
    [InlineData(60, 1)]
    [InlineData(119.9, 1)]
    [InlineData(120, 2)]
    [InlineData(479.99, 3)]
    [InlineData(480, 4)]
    [InlineData(1e15, 23)]
    public void Of_finds_the_level_of_a_service(double service, int level)
    {
        Assert.Equal(level, ServiceLevels.Of(service));
        Assert.InRange(service, ServiceLevels.Start(level), ServiceLevels.End(level));
    }

    [Fact]
    public void Without_anything_learnt_it_says_what_the_prior_says()
    {
        var curve = new ServiceCurve();

        for (var level = 0; level < ServiceLevels.Count; level++)
        {
            Assert.Equal(ServiceCurve.PriorSecondsToAnEnd(level), curve.SecondsToAnEnd(4, level), 1e-6);
        }
    }

    [Fact]
    public void The_prior_is_least_attained_service_after_the_first_minute()
    {
        var keys = Enumerable.Range(1, ServiceLevels.Count - 1).Select(ServiceCurve.PriorSecondsToAnEnd).ToList();

        Assert.Equal(keys.Order(), keys);
    }

    [Fact]
    public void A_job_that_outlived_the_short_ones_is_held_when_the_rest_end_soon()
    {
        var curve = new ServiceCurve();
        for (var i = 0; i < 2000; i++)
        {
            Run(curve, 2, 200); // All end between 120 and 240 s.
        }

        curve.Refresh();

        Assert.True(curve.SecondsToAnEnd(2, 2) < curve.SecondsToAnEnd(2, 0)); // A new job has two minutes more before it.
        Assert.InRange(curve.SecondsToAnEnd(2, 2), 40, 120);
    }

    [Fact]
    public void Jobs_that_still_run_count_for_what_is_known_of_them()
    {
        var (withThem, without) = (new ServiceCurve(), new ServiceCurve());
        foreach (var curve in (ServiceCurve[])[withThem, without])
        {
            for (var i = 0; i < 100; i++)
            {
                Run(curve, 1, 50);
            }
        }

        for (var i = 0; i < 100; i++)
        {
            withThem.Ran(1, 0, 30_000);
        }

        withThem.Refresh();
        without.Refresh();

        Assert.True(withThem.SecondsToAnEnd(1, 5) > 2 * without.SecondsToAnEnd(1, 5));
    }

    [Fact]
    public void What_was_told_is_taken_up_at_Refresh_only()
    {
        var curve = new ServiceCurve();
        var before = curve.SecondsToAnEnd(1, 3);
        for (var i = 0; i < 500; i++)
        {
            Run(curve, 1, 300);
        }

        var unchanged = curve.SecondsToAnEnd(1, 3);
        curve.Refresh();

        Assert.Equal(before, unchanged);
        Assert.NotEqual(before, curve.SecondsToAnEnd(1, 3));
    }

    [Fact]
    public void Parts_of_a_run_add_up_to_the_whole()
    {
        var (whole, parts) = (new ServiceCurve(), new ServiceCurve());
        whole.Ran(8, 0, 5000);
        parts.Ran(8, 0, 59);
        parts.Ran(8, 59, 120);
        parts.Ran(8, 120, 5000);

        whole.Refresh();
        parts.Refresh();

        for (var level = 0; level < ServiceLevels.Count; level++)
        {
            Assert.Equal(whole.SecondsToAnEnd(8, level), parts.SecondsToAnEnd(8, level), 1e-6);
        }
    }

    private static void Run(ServiceCurve curve, int gpus, double seconds)
    {
        curve.Ran(gpus, 0, seconds);
        curve.Ended(gpus, seconds);
    }
}
