using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Tests.Dispatch;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Tests.Observing;

public sealed class TrafficMeterTests
{
    [Fact]
    public void A_report_tells_what_happened_since_the_last_one_that_was_taken()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 2));
        var meter = new TrafficMeter(lane.Dispatcher, "g");
        Answer(lane, 200);
        Answer(lane, 500);
        var first = meter.Read(GatewayClock.Now);
        Answer(lane, 200);

        var second = meter.Read(GatewayClock.Now); // The first was not taken: it is in this one.
        meter.Told();
        var third = meter.Read(GatewayClock.Now);

        Assert.Equal([2L, 3, 0], new[] { first, second, third }.Select(static report => report.Services[0].Arrived));
        var version = Assert.Single(second.Services[0].Versions);
        Assert.Equal((1, 2L, 1L), (version.Version, version.Succeeded, version.Failed));
        Assert.Equal(2, version.Latency.Count.Sum());
        Assert.Equal(3, second.Services[0].Replicas.Sum(static replica => replica.Succeeded + replica.Failed));
        Assert.True(third.Sequence > second.Sequence);
        Assert.Equal(1, third.Revision);
    }

    [Fact]
    public void A_version_that_went_and_came_again_is_never_less_than_nothing()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 1));
        var meter = new TrafficMeter(lane.Dispatcher, "g");
        var (late, _) = lane.Begin();
        Answer(lane, 200);
        Answer(lane, 200);
        meter.Read(GatewayClock.Now);
        meter.Told();

        lane.Apply(new() { Revision = 2, Routes = [FakeLane.Route("s", replicas: 0) with { Replicas = [FakeLane.Replica("s", 2, 0)] }] });
        late.OnHead(200, replayable: false, GatewayClock.Now);
        late.OnEnd(GatewayClock.Now);
        var away = meter.Read(GatewayClock.Now);
        lane.Apply(new() { Revision = 3, Routes = [FakeLane.Route("s", replicas: 1)] });
        var back = meter.Read(GatewayClock.Now);

        Assert.Equal([2], away.Services[0].Versions.Select(static version => version.Version));
        Assert.All(away.Services[0].Versions.Concat(back.Services[0].Versions), static version => Assert.Equal((0L, 0L), (version.Succeeded, version.Failed)));
    }

    [Fact]
    public void Means_are_of_the_samples_between_reports()
    {
        var lane = new FakeLane(FakeLane.Route("s", replicas: 1));
        var meter = new TrafficMeter(lane.Dispatcher, "g");
        meter.Sample();
        var (running, _) = lane.Begin();
        meter.Sample();

        Assert.Equal(0.5, meter.Read(GatewayClock.Now).Services[0].InFlight);
        Assert.Equal(1, running.Replica!.InFlight);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-7)]
    [InlineData(1.1e-6)]
    [InlineData(2.7e-5)]
    [InlineData(0.02)]
    [InlineData(1.7)]
    [InlineData(3600)]
    [InlineData(1e9)]
    [InlineData(double.PositiveInfinity)]
    public void Buckets_are_those_of_the_contract(double seconds) => Assert.Equal(LatencyHistogram.IndexOf(seconds), LatencyBuckets.IndexOf(seconds));

    private static void Answer(FakeLane lane, int status)
    {
        var (exchange, _) = lane.Begin();
        exchange.OnHead(status, replayable: false, GatewayClock.Now);
        exchange.OnEnd(GatewayClock.Now);
    }
}
