using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Tests.Anomalies;

public sealed class AnomalyDetectorTests
{
    private const long Minute = 60_000;
    private readonly List<LogAnomaly> found = [];

    [Fact]
    public void A_new_template_after_the_learning_is_told_once()
    {
        var detector = new AnomalyDetector(found.Add, new() { LearningLines = 10 });

        Feed(detector, template: 1, minute: 0, lines: 10);
        Feed(detector, template: 2, minute: 1, lines: 3, LineLevel.Error);

        var only = Assert.Single(found);
        Assert.Equal((AnomalyKind.NewTemplate, 2, DiagnosisSeverity.Warning), (only.Kind, only.Template, only.Severity));
    }

    [Fact]
    public void A_burst_is_told_against_the_templates_own_past()
    {
        var detector = new AnomalyDetector(found.Add, new() { LearningLines = 5_000 });
        for (var minute = 0; minute < 30; minute++)
        {
            Feed(detector, template: 1, minute, lines: 1_000 + (minute % 3 * 20)); // Many lines, but always so.
            Feed(detector, template: 2, minute, lines: minute % 2);
        }

        Feed(detector, template: 1, minute: 30, lines: 1_010);
        Feed(detector, template: 2, minute: 30, lines: 60);
        detector.Finish();

        var only = Assert.Single(found);
        Assert.Equal((AnomalyKind.Burst, 2, 60L, 30 * Minute), (only.Kind, only.Template, only.Lines, only.UnixMilliseconds));
        Assert.InRange(only.Expected, 0.3, 0.7);
    }

    [Fact]
    public void A_burst_over_several_windows_is_one_and_a_later_one_another()
    {
        var detector = new AnomalyDetector(found.Add);
        for (var minute = 0; minute < 60; minute++)
        {
            Feed(detector, template: 1, minute, lines: 5);
            Feed(detector, template: 2, minute, lines: minute is 20 or 21 or 50 ? 400 : 1);
        }

        detector.Finish();

        Assert.Equal([20 * Minute, 50 * Minute], found.Select(static anomaly => anomaly.UnixMilliseconds));
    }

    [Fact]
    public void No_burst_is_told_while_it_learns()
    {
        var detector = new AnomalyDetector(found.Add);
        for (var minute = 0; minute < 5; minute++)
        {
            Feed(detector, template: 1, minute, lines: minute == 3 ? 500 : 1);
        }

        detector.Finish();

        Assert.Empty(found);
    }

    [Fact]
    public void Random_arrivals_make_no_bursts()
    {
        const int seed = 99;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var detector = new AnomalyDetector(found.Add);
        for (var minute = 0; minute < 2_000; minute++)
        {
            for (var template = 1; template <= 10; template++)
            {
                Feed(detector, template, minute, Poisson(random, template * 3));
            }
        }

        detector.Finish();

        Assert.Empty(found);
    }

    [Fact]
    public void Templates_that_became_one_have_one_past()
    {
        var detector = new AnomalyDetector(found.Add);
        for (var minute = 0; minute < 20; minute++)
        {
            Feed(detector, template: 1, minute, lines: 50);
            Feed(detector, template: 2, minute, lines: 50);
        }

        detector.Merge(2, 1);
        for (var minute = 20; minute < 30; minute++)
        {
            Feed(detector, template: 1, minute, lines: 100);
        }

        detector.Finish();

        Assert.Empty(found);
    }

    [Fact]
    public void Lines_without_times_at_the_beginning_leave_the_learning_to_those_with_times()
    {
        var detector = new AnomalyDetector(found.Add);
        for (var i = 0; i < 3; i++)
        {
            detector.Add(1, i + 1, null, LineLevel.Info);
        }

        for (var minute = 29_000_000; minute < 29_000_010; minute++)
        {
            Feed(detector, template: 1, minute, lines: 30);
            Feed(detector, template: 2, minute, lines: 40);
        }

        detector.Finish();

        Assert.Empty(found);
    }

    [Theory]
    [InlineData(500_000, 527_040)] // A wrong clock for one line.
    [InlineData(527_040, 527_040)] // New Year, in a log without years: time jumps back.
    [InlineData(100, 60)] // Summer time ends.
    public void A_jump_of_the_time_is_a_new_beginning(int stray, int before)
    {
        var detector = new AnomalyDetector(found.Add);
        for (var minute = before - 20; minute < before; minute++)
        {
            Feed(detector, template: 1, minute: before is 60 ? minute + 60 : minute, lines: 30);
        }

        Feed(detector, template: 1, stray, lines: 1);
        for (var minute = 0; minute < 40; minute++)
        {
            Feed(detector, template: 1, minute, lines: minute is 20 ? 300 : 30);
        }

        detector.Finish();

        var only = Assert.Single(found);
        Assert.Equal((AnomalyKind.Burst, 300L, 20 * Minute), (only.Kind, only.Lines, only.UnixMilliseconds));
    }

    [Fact]
    public void A_gap_that_nothing_of_the_past_outlives_is_a_new_beginning()
    {
        var detector = new AnomalyDetector(found.Add);
        for (var minute = 0; minute < 30; minute++)
        {
            Feed(detector, template: 1, minute: minute < 15 ? minute : minute + 10_000, lines: 100);
        }

        detector.Finish();

        Assert.Empty(found);
    }

    private static int Poisson(Random random, double mean)
    {
        var (count, product) = (-1, 1.0);
        for (var limit = Math.Exp(-mean); product > limit; count++)
        {
            product *= random.NextDouble();
        }

        return count;
    }

    private static void Feed(AnomalyDetector detector, int template, int minute, int lines, LineLevel level = LineLevel.Info)
    {
        for (var i = 0; i < lines; i++)
        {
            detector.Add(template, i + 1, minute * Minute, level);
        }
    }
}
