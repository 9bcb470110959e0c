using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Tests.Traffic;

public sealed class TrafficTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Reports_of_several_gateways_add_up()
    {
        var hall = WithService();

        for (var i = 1; i <= 10; i++)
        {
            hall.Pass(TimeSpan.FromSeconds(1));
            hall.Send(new ObserveTraffic(Report("g1", i, arrived: 20, inFlight: 3, waiting: 1)));
            hall.Send(new ObserveTraffic(Report("g2", i, arrived: 10, inFlight: 1, waiting: 0.5)));
        }

        var now = hall.Core.LoadOf("web")!.Value;
        Assert.Equal((2, 30, 4, 1.5), (now.Gateways, now.RequestsPerSecond, now.InFlight, now.Waiting));
        var past = hall.Core.TrafficOf("web", Minute)!;
        Assert.Equal((10, 300, 30, 4, 1.5), (past.Seconds, past.Arrived, past.RequestsPerSecond, past.InFlight, past.Waiting));
    }

    [Fact]
    public void Quantiles_and_errors_are_told_by_version()
    {
        var hall = WithService();
        var slow = LatencyHistogram.IndexOf(0.5);
        VersionTraffic one = new() { Version = 1, Succeeded = 100, Failed = 25, Latency = new() { Bucket = [LatencyHistogram.IndexOf(0.01), slow], Count = [98, 2] } };

        hall.Send(new ObserveTraffic(Report("g1", 1) with { Services = [new() { Service = "web", Versions = [one, one with { Version = 9 }] }] }));
        hall.Send(new ObserveTraffic(Report("g2", 1) with { Services = [new() { Service = "web", Versions = [one] }] }));

        var load = hall.Core.TrafficOf("web", Minute)!;
        var version = Assert.Single(load.Versions); // Version 9 never was.
        Assert.Equal((1, 200, 0.2), (version.Key, version.Value.Answers.Succeeded, version.Value.Answers.ErrorRate));
        Assert.Equal(LatencyHistogram.UpperBound(slow), version.Value.LatencySeconds(0.99));
        Assert.InRange(version.Value.LatencySeconds(0.5), 0.01, 0.012);
    }

    [Fact]
    public void A_silent_gateway_counts_no_more_and_the_time_without_reports_is_unknown()
    {
        var hall = WithService();
        hall.Send(new ObserveTraffic(Report("g1", 1, arrived: 50, inFlight: 5)));

        hall.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal((0, 0), (hall.Core.LoadOf("web")!.Value.Gateways, hall.Core.LoadOf("web")!.Value.InFlight));
        Assert.Equal((1, 50), (hall.Core.TrafficOf("web", Minute)!.Seconds, hall.Core.TrafficOf("web", Minute)!.RequestsPerSecond));
    }

    [Fact]
    public void Time_that_is_past_the_window_does_not_count()
    {
        var hall = WithService();
        hall.Send(new ObserveTraffic(Report("g1", 1, arrived: 50)));
        hall.Pass(TimeSpan.FromSeconds(100));
        hall.Send(new ObserveTraffic(Report("g1", 2, arrived: 7)));

        Assert.Equal(7, hall.Core.TrafficOf("web", Minute)!.Arrived);
        Assert.Equal(57, hall.Core.TrafficOf("web", TimeSpan.FromMinutes(5))!.Arrived);
        hall.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(0, hall.Core.TrafficOf("web", TimeSpan.FromHours(1))!.Arrived);
    }

    [Fact]
    public void An_older_report_is_dropped_until_the_gateway_was_silent()
    {
        var hall = WithService();
        hall.Send(new ObserveTraffic(Report("g1", 5, arrived: 50)));
        hall.Send(new ObserveTraffic(Report("g1", 5, arrived: 50)));
        hall.Send(new ObserveTraffic(Report("g1", 4, arrived: 50)));
        var once = hall.Core.TrafficOf("web", Minute)!.Arrived;

        hall.Pass(TimeSpan.FromSeconds(7));
        hall.Send(new ObserveTraffic(Report("g1", 1, arrived: 3))); // It started again.

        Assert.Equal((50, 53), (once, hall.Core.TrafficOf("web", Minute)!.Arrived));
    }

    [Fact]
    public void A_step_that_is_not_committed_leaves_what_was_seen_as_it_was()
    {
        var hall = WithService();
        hall.Send(new ObserveTraffic(Report("g1", 1, arrived: 50)));

        hall.Core.Undo(hall.Core.Step([new ObserveTraffic(Report("g1", 2, arrived: 9)), new ObserveTraffic(Report("g2", 1, arrived: 9))], hall.Now));

        Assert.Equal((50, 1), (hall.Core.TrafficOf("web", Minute)!.Arrived, hall.Core.LoadOf("web")!.Value.Gateways));
        hall.Send(new ObserveTraffic(Report("g1", 2, arrived: 9)));
        Assert.Equal(59, hall.Core.TrafficOf("web", Minute)!.Arrived);
    }

    [Fact]
    public void A_report_costs_no_commit_and_a_restart_begins_empty()
    {
        var hall = WithService();
        var revision = hall.Core.Revision;

        var step = hall.Core.Step([new ObserveTraffic(Report("g1", 1, arrived: 50))], hall.Now);

        Assert.Null(step.Batch);
        hall.Restart();
        Assert.Equal((revision, 0), (hall.Core.Revision, hall.Core.TrafficOf("web", Minute)!.Seconds));
    }

    [Fact]
    public void What_is_said_of_unknown_services_is_passed_over_and_a_new_service_begins_empty()
    {
        var hall = WithService();
        hall.Send(new ObserveTraffic(Report("g1", 1) with { Services = [new() { Service = "gone", Arrived = 5 }, new() { Service = "web", Arrived = 6 }] }));
        hall.Send(new Delete(new(ResourceKinds.Service, "web"), Force: false));
        hall.Pass(TimeSpan.FromSeconds(6));
        hall.Apply(A.Service("web"), A.Service("gone"));

        Assert.Equal((0, 0), (hall.Core.TrafficOf("gone", Minute)!.Arrived, hall.Core.TrafficOf("web", Minute)!.Arrived));
        Assert.Null(hall.Core.TrafficOf("never", Minute));
    }

    public static TheoryData<TrafficReport, string> Faults { get; } = new()
    {
        { Report("G 1", 1), "gateway" },
        { Report("g", 0), "sequence" },
        { Report("g", 1) with { Seconds = 0 }, "seconds" },
        { Report("g", 1) with { Seconds = double.NaN }, "seconds" },
        { Report("g", 1, arrived: -1), "services[0].arrived" },
        { Report("g", 1, inFlight: double.NaN), "services[0].inFlight" },
        { Report("g", 1, waiting: double.PositiveInfinity), "services[0].inFlight" },
        { Report("g", 1) with { Services = [new() { Service = "web" }, new() { Service = "web" }] }, "services[1].service" },
        { Report("g", 1) with { Services = [new() { Service = "web", Versions = [new() { Version = 0 }] }] }, "services[0].versions" },
        { Report("g", 1) with { Services = [new() { Service = "web", Versions = [new() { Version = 1 }, new() { Version = 1 }] }] }, "services[0].versions" },
        { Report("g", 1) with { Services = [new() { Service = "web", Versions = [new() { Version = 1, Latency = new() { Bucket = [5, 4], Count = [1, 1] } }] }] }, "services[0].versions.latency" },
        { Report("g", 1) with { Services = [new() { Service = "web", Versions = [new() { Version = 1, Latency = new() { Bucket = [129], Count = [1] } }] }] }, "services[0].versions.latency" },
        { Report("g", 1) with { Services = [new() { Service = "web", Versions = [new() { Version = 1, Latency = new() { Bucket = [5], Count = [] } }] }] }, "services[0].versions.latency" },
        { Report("g", 1) with { Services = [new() { Service = "web", Replicas = [new() { Task = "web.v1.0", OutSeconds = -1 }] }] }, "services[0].replicas" },
        { Report("g", 1) with { Services = [new() { Service = "web", Replicas = [new() { Task = "web.v1.0", Why = new('x', 2000) }] }] }, "services[0].replicas" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_report_that_no_gateway_sends_is_refused(TrafficReport report, string path)
    {
        var hall = WithService();

        var refused = hall.Refuse(new ObserveTraffic(report));

        Assert.Equal((RefusalKind.Invalid, path), (refused.Kind, refused.Errors[0].Path));
        Assert.Equal(0, hall.Core.TrafficOf("web", Minute)!.Seconds);
    }

    private static Hall WithService()
    {
        var hall = new Hall().WithNode("n1");
        hall.Apply(A.Service("web", 2));
        return hall;
    }

    private static TrafficReport Report(string gateway, long sequence, long arrived = 0, double inFlight = 0, double waiting = 0) => new()
    {
        Gateway = gateway,
        Sequence = sequence,
        Seconds = 1,
        Services = [new() { Service = "web", Arrived = arrived, InFlight = inFlight, Waiting = waiting }],
    };
}
