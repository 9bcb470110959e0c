using Datahall.Server.Metrics;
using Datahall.Server.Resources;

namespace Datahall.Server.Tests.Metrics;

public sealed class WorkPointsTests
{
    [Fact]
    public void Queues_that_are_gone_leave_the_metrics()
    {
        var cache = new ResourceCache();
        cache.TaskFailures["gone"] = 3;
        cache.TaskFailures["default"] = 1;
        var snapshot = new FleetSnapshot();

        new WorkPoints(cache).Write(snapshot, [], DateTimeOffset.UnixEpoch);

        Assert.Equal(("default", 1), (Assert.Single(snapshot.Of(FleetMetrics.TaskFailures)).Labels["queue"], snapshot.Of(FleetMetrics.TaskFailures)[0].Value));
        Assert.Equal(["default"], cache.TaskFailures.Keys);
    }
}
