using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Tests.Balancing;

public sealed class BalancingPoliciesTests
{
    public static TheoryData<string> Names => [.. BalancingPolicies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_allocates_nothing(string policy)
    {
        var traffic = new Traffic(policy, Traffic.Destinations(16), probe: static (destination, listener) => listener.OnProbe(destination, destination.InFlight, 0.02, 1_000_000_000));
        ulong[] prompt = [11, 12, 13, 14];

        Assert.Equal(0, Allocation.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                traffic.Now += 1000;
                var outcome = i % 10 == 0 ? Outcome.Failure : Outcome.Success;
                traffic.End(traffic.Send((ulong)i + 1, (ulong)i + 1, prompt), outcome);
            }
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pick_takes_only_what_is_ready(string policy)
    {
        var destinations = Traffic.Destinations(6);
        var traffic = new Traffic(policy, destinations);
        foreach (var destination in destinations.Skip(1))
        {
            destination.MarkUnready();
        }

        var one = Enumerable.Range(1, 50).Select(i => traffic.Pick((ulong)i, (ulong)i, [(ulong)i])).Distinct().ToList();
        destinations[0].MarkUnready();

        Assert.Equal([destinations[0]], one);
        Assert.Null(traffic.Pick(1, 1, [1]));
        Assert.Null(new Traffic(policy, []).Pick(1, 1, [1]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Requests_of_many_threads_all_end(string policy)
    {
        var destinations = Traffic.Destinations(5);
        var balancer = new Balancer(BalancingPolicies.Create(policy, new(), static (d, l) => l.OnProbe(d, d.InFlight, 0.01, 0)), destinations);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 1; i <= 5000; i++)
            {
                var view = new RequestView { HashKey = (ulong)i, SessionKey = (ulong)i, PromptBlocks = [(ulong)i % 50] };
                var picked = balancer.Pick(view, i, random)!;
                balancer.OnStart(picked, view, i);
                picked.OnEnd(i % 7 == 0 ? Outcome.Failure : Outcome.Success, TimeSpan.FromMilliseconds(5), i);
            }
        })));

        Assert.All(destinations, static destination => Assert.Equal(0, destination.InFlight));
        Assert.All(destinations, static destination => Assert.InRange(destination.Latency, 0, 0.00501));
    }

    [Fact]
    public void Create_names_what_there_is()
    {
        var error = Assert.Throws<ArgumentException>(static () => BalancingPolicies.Create("fastest", new(), static (_, _) => { }));

        Assert.Contains("there is no balancing policy 'fastest'; there is consistent-hash, least-ewma", error.Message, StringComparison.Ordinal);
        Assert.Contains(BalancingPolicies.Default, BalancingPolicies.Names);
    }
}
