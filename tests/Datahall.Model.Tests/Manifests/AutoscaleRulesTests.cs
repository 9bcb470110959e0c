using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class AutoscaleRulesTests
{
    [Theory]
    [InlineData("route: {}, autoscale: {min: 5, max: 3, concurrency: 1}", "spec.autoscale.max: 3 is below min, 5")]
    [InlineData("route: {}, autoscale: {max: 3}", "spec.autoscale: nothing says how many replicas are wanted; set concurrency, requestsPerSecond, queue, latency, gpuUse or a schedule")]
    [InlineData("autoscale: {max: 3, gpuUse: 0.7}", "spec.autoscale.gpuUse: the replicas have no GPU; give them some with spec.resources.gpu")]
    [InlineData("autoscale: {max: 3, concurrency: 1}", "spec.autoscale.concurrency: only gateways see requests, and the service has no route")]
    [InlineData("autoscale: {min: 0, max: 3, schedule: [{from: 8, to: 18, min: 1}]}", "spec.autoscale.min: without spec.route no request could wake the service from 0 replicas")]
    [InlineData("route: {}, autoscale: {max: 3, queue: 1}", "spec.autoscale.queue: requests wait only when a replica takes no more than so many at once; set spec.route.limits.perReplica too")]
    [InlineData("route: {}, autoscale: {max: 3, latency: {target: 0}}", "spec.autoscale.latency.target: must be longer than 0")]
    [InlineData("route: {}, autoscale: {max: 3, schedule: [{from: 8, to: 18, min: 4}]}", "spec.autoscale.schedule[0].min: 4 is above max, 3")]
    [InlineData("route: {}, autoscale: {max: 3, concurrency: 1, timeZone: Mars and Moon}", "spec.autoscale.timeZone: 'Mars and Moon' is not an IANA time zone")]
    [InlineData("route: {}, autoscale: {max: 3, concurrency: 1, down: {window: 2h}}", "spec.autoscale.down.window: 2h is too long; the most is 1h")]
    [InlineData("route: {}, autoscale: {max: 3, concurrency: 1, up: {period: 0}}", "spec.autoscale.up.period: must be longer than 0")]
    [InlineData("autoscale: {max: 3, schedule: [{from: 8, to: 18, min: 1}], predict: {}}", "spec.autoscale.predict: predictions are made from the requests of the last days, and the service has no route")]
    public void Check_says_what_is_wrong_and_how_to_mend_it(string fields, string expected)
    {
        var error = Assert.Single(ManifestReader.Read("m.yaml", $"kind: Service\nname: s\nspec: {{run: {{process: {{command: [a]}}}}, {fields}}}").Errors);

        Assert.StartsWith(expected, $"{error.Path}: {error.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_spec_comes_back_as_it_was_written()
    {
        var read = ManifestReader.Read("m.yaml", """
            kind: Service
            name: s
            spec:
              run: {process: {command: [a]}}
              route: {limits: {perReplica: 4}}
              autoscale:
                {min: 0, max: 9, concurrency: 8, requestsPerSecond: 0.5, queue: 0, latency: {target: 2s, quantile: 0.95}, schedule: [{from: 22, to: 6, days: [fri], min: 2}],
                 timeZone: Asia/Shanghai, predict: {days: 3, lead: 2m}, tolerance: 0, up: {window: 10s}, down: {share: 0.5, replicas: 1, period: 60s}, idle: 0}
            """);

        var service = Assert.IsType<Service>(Assert.Single(read.Resources));
        var again = (Service)ResourceJson.Read(ResourceJson.Write(service));

        Assert.Equal(service.Spec.Autoscale! with { Schedule = [] }, again.Spec.Autoscale! with { Schedule = [] });
        var hours = Assert.Single(again.Spec.Autoscale!.Schedule);
        Assert.Equal((22, 6, 2), (hours.From, hours.To, hours.Min));
        Assert.True(hours.Covers(new(2026, 1, 3, 5, 0, 0, TimeSpan.Zero))); // Saturday morning: it began on Friday.
        Assert.False(hours.Covers(new(2026, 1, 3, 23, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Requests_of_a_day_are_packed_within_4_percent()
    {
        double[] requests = [0, 0.01, 1, 43, 1234];

        var unpacked = DemandDay.Of(new(2026, 1, 5), requests).RequestsPerSecond(5)!;

        Assert.All(requests.Zip(unpacked), static pair => Assert.InRange(pair.Second, (pair.First * 0.96) - 0.001, (pair.First * 1.04) + 0.001));
        Assert.Null(DemandDay.Of(new(2026, 1, 5), requests).RequestsPerSecond(6));
    }
}
