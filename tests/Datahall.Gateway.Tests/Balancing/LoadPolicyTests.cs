using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Tests.Balancing;

public sealed class LoadPolicyTests
{
    [Fact]
    public void Weighted_gives_each_its_share_and_spreads_it()
    {
        var traffic = new Traffic("weighted", [new("a", 5), new("b", 1), new("c", 1)]);

        var order = string.Concat(Enumerable.Range(0, 14).Select(_ => traffic.Pick()!.Name));

        Assert.Equal("aabacaaaabacaa", order); // nginx's own example of smooth weighted round robin.
    }

    [Theory]
    [InlineData("weighted")]
    [InlineData("least-requests")]
    [InlineData("least-ewma")]
    public void Weights_share_out_what_stays_in_flight(string policy)
    {
        var traffic = new Traffic(policy, [new("a", 3), new("b", 2), new("c", 1)]);

        var counts = Enumerable.Range(0, 600).Select(_ => traffic.Send().Name).CountBy(static name => name).ToDictionary();

        Assert.Equal(300, counts["a"], 3.0);
        Assert.Equal(200, counts["b"], 3.0);
        Assert.Equal(100, counts["c"], 3.0);
    }

    [Fact]
    public void Round_robin_takes_turns()
    {
        var counts = new Traffic("round-robin", Traffic.Destinations(4)).Count(400);

        Assert.All(counts.Values, static count => Assert.Equal(100, count));
    }

    [Fact]
    public void Least_requests_goes_where_the_fewest_are()
    {
        var destinations = Traffic.Destinations(3);
        var traffic = new Traffic("least-requests", destinations);
        var sent = Enumerable.Range(0, 9).Select(_ => traffic.Send()).ToList();

        traffic.End(sent[4]);

        Assert.All(destinations, destination => Assert.Equal(destination == sent[4] ? 2 : 3, destination.InFlight));
        Assert.Equal(sent[4], traffic.Pick());
    }

    [Fact]
    public void Least_ewma_sends_twice_as_much_to_what_is_twice_as_fast()
    {
        var (fast, slow) = (new Destination("fast"), new Destination("slow"));
        var traffic = new Traffic("least-ewma", [fast, slow]);
        foreach (var (destination, milliseconds) in new[] { (fast, 20.0), (slow, 40.0) })
        {
            traffic.Balancer.OnStart(destination, default, traffic.Now);
            traffic.End(destination, milliseconds: milliseconds);
        }

        for (var i = 0; i < 300; i++)
        {
            traffic.Send();
        }

        Assert.Equal(200, fast.InFlight, 2.0);
    }

    [Fact]
    public void Least_ewma_does_not_flock_to_what_fails_fast_and_tries_it_again_later()
    {
        var options = new BalancingOptions { ForgetSeconds = 10 };
        var destinations = Traffic.Destinations(4, options);
        var traffic = new Traffic("least-ewma", destinations, options);
        var toFailing = 0;
        for (var i = 0; i < 2000; i++)
        {
            var picked = traffic.Send();
            traffic.Now += 1_000_000;
            var fails = picked == destinations[0];
            toFailing += fails ? 1 : 0;
            traffic.End(picked, fails ? Outcome.Failure : Outcome.Success, fails ? 1 : 20);
        }

        traffic.Now += 60_000_000_000;
        var later = Enumerable.Range(0, 4).Select(_ => traffic.Send()).ToList();

        Assert.InRange(toFailing, 1, 40); // Of 2000; an even share would be 500.
        Assert.Contains(destinations[0], later);
    }

    [Theory]
    [InlineData("weighted")]
    [InlineData("least-requests")]
    [InlineData("least-ewma")]
    public void Slow_start_raises_the_share_in_a_line(string policy)
    {
        var options = new BalancingOptions { SlowStartSeconds = 10 };
        var destinations = Traffic.Destinations(2, options);
        var traffic = new Traffic(policy, destinations, options);
        destinations[1].MarkUnready();
        destinations[1].MarkReady(traffic.Now);

        var shares = new[] { 0L, 5, 10 }.Select(second =>
        {
            traffic.Now = 1_000_000_000 + (second * 1_000_000_000);
            var sent = Enumerable.Range(0, 1100).Select(_ => traffic.Send()).ToList();
            sent.ForEach(destination => traffic.End(destination, Outcome.Cancelled));
            return sent.Count(destination => destination == destinations[1]) / 1100.0;
        }).ToList();

        Assert.Equal(0.1 / 1.1, shares[0], 0.01);
        Assert.Equal(0.5 / 1.5, shares[1], 0.01);
        Assert.Equal(0.5, shares[2], 0.01);
    }

    [Theory]
    [InlineData(LatencySignal.LastByte, 5.0)]
    [InlineData(LatencySignal.FirstByte, 0.1)]
    public void Latency_is_that_of_the_signal(LatencySignal signal, double expected)
    {
        var destination = new Destination("a", 1, new() { Signal = signal });
        var traffic = new Traffic("least-ewma", [destination]);
        traffic.Send();

        destination.OnFirstByte(TimeSpan.FromSeconds(0.1), traffic.Now);
        traffic.End(destination, milliseconds: 5000);

        Assert.Equal(expected, destination.Latency, 1e-9);
    }

    [Fact]
    public void Prequal_prefers_the_quick_among_the_cold_and_drops_stale_answers()
    {
        var destinations = Traffic.Destinations(4);
        (int InFlight, double Latency)[] answers = [(1, 0.050), (1, 0.010), (9, 0.001), (1, 0.030)];
        IProbeListener? listener = null;
        var traffic = new Traffic("prequal", destinations, new() { Prequal = new() { HotQuantile = 0.5 } }, (_, asker) => listener = asker);
        traffic.Pick();
        foreach (var (i, (inFlight, latency)) in answers.Index())
        {
            listener!.OnProbe(destinations[i], inFlight, latency, traffic.Now);
        }

        var fresh = traffic.Pick();
        traffic.Now += 2_000_000_000;
        var stale = Enumerable.Range(0, 40).Select(_ => traffic.Pick()).Distinct().Count();

        Assert.Equal(destinations[1], fresh);
        Assert.Equal(4, stale); // At random: nobody answers any more.
    }
}
