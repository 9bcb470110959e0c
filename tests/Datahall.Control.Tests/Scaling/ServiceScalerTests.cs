using Datahall.Control.Scaling;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Tests.Scaling;

public sealed class ServiceScalerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 7, 0, 0, TimeSpan.Zero); // A Monday.

    private DateTimeOffset now = Start;
    private int replicas = 1;

    // Seconds of a load, decided about each 5; the new number is in force at once.
    private ScalingDecision Run(ServiceScaler scaler, AutoscaleSpec spec, int seconds, double perSecond, double inFlight, double waiting = 0, RouteSpec? route = null)
    {
        var service = new ServiceSpec { Run = new(), Route = route ?? new(), Autoscale = spec };
        ScalingDecision? decision = null;
        for (var i = 1; i <= seconds; i++)
        {
            now += TimeSpan.FromSeconds(1);
            var latency = perSecond > 0 ? inFlight / perSecond : 0;
            scaler.Observe(service, new()
            {
                Time = now,
                Seconds = 1,
                Arrived = (long)perSecond,
                Answered = (long)perSecond,
                InFlight = inFlight,
                Waiting = waiting,
                Ready = replicas,
                Latency = perSecond > 0 ? new() { Bucket = [LatencyHistogram.IndexOf(latency)], Count = [(long)perSecond] } : LatencyHistogram.Empty,
            });
            if (i % 5 == 0)
            {
                decision = scaler.Decide(service, new(now, replicas, TimeSpan.FromSeconds(60)));
                replicas = decision.Replicas;
            }
        }

        return decision!;
    }

    private ServiceScaler New() => new(now, replicas, new(), 0);

    [Theory]
    [InlineData(80, 40, 8.0, null, null, 5)] // 40 in flight, 8 a replica.
    [InlineData(80, 40, null, 10.0, null, 8)] // 80 a second, 10 a replica.
    [InlineData(80, 40, 8.0, 10.0, null, 8)] // The larger of the two.
    [InlineData(80, 40, null, null, 2.0, 4)] // 40 in flight and 8 waiting; 10 in flight and 2 waiting a replica.
    public void Of_several_signals_the_largest_counts(double perSecond, double inFlight, double? concurrency, double? rate, double? queue, int expected)
    {
        var spec = new AutoscaleSpec { Max = 20, Concurrency = concurrency, RequestsPerSecond = rate, Queue = queue, Tolerance = 0 };

        Run(New(), spec, 120, perSecond, inFlight, queue is null ? 0 : 8, new() { Limits = new() { PerReplica = 10 } });

        Assert.Equal(expected, replicas);
    }

    [Fact]
    public void Within_the_tolerance_nothing_changes()
    {
        replicas = 10;
        var spec = new AutoscaleSpec { Max = 20, Concurrency = 10 };
        var scaler = New();

        Run(scaler, spec, 120, 100, 109);
        Assert.Equal(10, replicas);

        Run(scaler, spec, 120, 100, 115);
        Assert.Equal(12, replicas);
    }

    [Fact]
    public void Downwards_the_most_of_the_window_counts_and_the_pace_holds()
    {
        replicas = 16;
        var spec = new AutoscaleSpec { Max = 20, Concurrency = 10, Down = new() { Window = Duration.FromSeconds(120), Share = 0.5, Replicas = 1, Period = Duration.FromSeconds(60) } };
        var scaler = New();
        Run(scaler, spec, 120, 160, 160);

        Run(scaler, spec, 100, 10, 10);
        Assert.Equal(16, replicas);

        Run(scaler, spec, 90, 10, 10);
        Assert.InRange(replicas, 6, 8); // Half in a minute.

        Run(scaler, spec, 300, 10, 10);
        Assert.Equal(1, replicas);
    }

    [Fact]
    public void The_schedule_holds_in_its_hours_of_its_time_zone_and_days()
    {
        var spec = new AutoscaleSpec { Max = 9, TimeZone = "Asia/Shanghai", Schedule = [new() { From = 16, To = 18, Days = [Weekday.Monday], Min = 5 }] };
        var scaler = New();

        var before = Run(scaler, spec, 3590, 0, 0);
        Assert.Equal(1, before.Replicas); // Until 16 o'clock in Shanghai: 8 o'clock UTC.

        var inside = Run(scaler, spec, 60, 0, 0);
        Assert.Equal(5, inside.Replicas);
        Assert.Equal("the schedule from 16 to 18 o'clock", inside.Reason);
    }

    [Fact]
    public void What_a_replica_can_do_within_the_latency_objective_is_learned()
    {
        // A processor that is shared: the time grows by 20 ms with each request at a replica, from 100 ms. 500 ms: 20 at once, 40 a second.
        replicas = 4;
        var spec = new AutoscaleSpec { Max = 50, Latency = new() { Target = Duration.FromSeconds(0.5), Quantile = 0.9 }, Down = new() { Window = Duration.FromSeconds(60) } };
        var scaler = New();
        foreach (var perSecond in (int[])[60, 100, 140, 180, 220, 260, 300, 300, 300, 300, 300, 300])
        {
            for (var i = 0; i < 60; i++)
            {
                // c = r/n·(0.1 + 0.02·c).
                var each = perSecond / (double)replicas;
                Run(scaler, spec, 5, perSecond, replicas * Math.Min(200, each < 50 ? 0.1 * each / (1 - (0.02 * each)) : 200));
            }
        }

        Assert.InRange(replicas, 8, 11); // 300/40 = 7.5, and a tenth of headroom in the time.
    }

    [Fact]
    public void What_the_last_days_had_at_this_time_is_there_before_it_comes()
    {
        var spec = new AutoscaleSpec { Max = 20, RequestsPerSecond = 10, Predict = new() { Lead = Duration.FromSeconds(300) }, Down = new() { Window = Duration.FromSeconds(60) } };
        var scaler = New();
        for (var day = 0; day < 2; day++)
        {
            now = Start.AddDays(day);
            Run(scaler, spec, 600, 1, 1);
            Run(scaler, spec, 600, 80, 80);
            Run(scaler, spec, 600, 1, 1);
        }

        now = Start.AddDays(2);
        Run(scaler, spec, 180, 1, 1);
        Assert.Equal(1, replicas);

        var ahead = Run(scaler, spec, 180, 1, 1);
        Assert.InRange(ahead.Replicas, 7, 9);
        Assert.Contains("the last days had load for", ahead.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_comes_back_as_it_was_saved()
    {
        var profile = new DemandProfile();
        profile.Note(Start, 12.5, 7);
        profile.Note(Start.AddDays(1), 25, 7);

        var loaded = DemandProfile.Load(profile.Save(7));

        Assert.Equal(2, loaded.Days);
        Assert.Equal(profile.Forecast(Start.AddDays(2), TimeSpan.Zero), loaded.Forecast(Start.AddDays(2), TimeSpan.Zero), 1.0);
        Assert.Single(profile.Save(0));
    }
}
