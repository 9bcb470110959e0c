using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Tests.Balancing;

public sealed class AffinityPolicyTests
{
    private const int Keys = 20_000;

    [Theory]
    [InlineData("consistent-hash")]
    [InlineData("session-affinity")]
    public void Keys_stay_when_one_goes_and_only_the_share_of_a_new_one_moves(string policy)
    {
        var destinations = Traffic.Destinations(11);
        var traffic = new Traffic(policy, destinations.Take(10));
        var before = Places();

        traffic.Balancer.Replace(destinations);
        var grown = Places();
        traffic.Balancer.Replace(destinations.Skip(1));
        var shrunk = Places();

        var moved = before.Zip(grown).Count(static pair => pair.First != pair.Second);
        Assert.InRange(moved / (double)Keys, 0.9 / 11, 1.1 / 11);
        Assert.All(before.Zip(grown).Where(static pair => pair.First != pair.Second), pair => Assert.Equal(destinations[10], pair.Second));
        Assert.All(grown.Zip(shrunk).Where(static pair => pair.First != pair.Second), pair => Assert.Equal(destinations[0], pair.First));

        List<Destination> Places() => [.. Enumerable.Range(1, Keys).Select(i => traffic.Pick((ulong)i, (ulong)i)!)];
    }

    [Fact]
    public void Hashed_keys_are_shared_by_weight()
    {
        var traffic = new Traffic("consistent-hash", [new("a", 3), new("b", 1)]);

        var toA = Enumerable.Range(1, Keys).Count(i => traffic.Pick((ulong)i)!.Name == "a");

        Assert.Equal(0.75, toA / (double)Keys, 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bounded_load_is_never_exceeded(int seed)
    {
        var random = new Random(seed);
        var destinations = Traffic.Destinations(8);
        var traffic = new Traffic("consistent-hash", destinations);
        List<Destination> open = [];
        var atFirstChoice = 0;

        for (var i = 0; i < 5000; i++)
        {
            if (open.Count > 100 || (open.Count > 0 && random.Next(3) == 0))
            {
                traffic.End(open[^1]);
                open.RemoveAt(open.Count - 1);
                continue;
            }

            var picked = traffic.Send(key: (ulong)(random.Next(10) == 0 ? random.Next(1000) : 0) + 1); // Nine of ten have the same key.
            open.Add(picked);
            atFirstChoice += picked == open[0] ? 1 : 0;

            Assert.True(picked.InFlight <= Math.Ceiling(1.25 * open.Count / 8), $"seed {seed}, request {i}: {picked.InFlight} of {open.Count} at {picked.Name}");
        }

        Assert.True(atFirstChoice > 0);
    }

    [Fact]
    public void A_session_stays_at_its_cookie_s_destination_under_load()
    {
        var destinations = Traffic.Destinations(4);
        var traffic = new Traffic("session-affinity", destinations);
        var first = traffic.Send();

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(first, traffic.Send(session: first.Hash));
        }

        Assert.NotEqual(first, traffic.Send()); // A new session goes where there is room.
        first.MarkUnready();
        Assert.NotEqual(first, traffic.Send(session: first.Hash));
    }

    [Fact]
    public void A_prompt_follows_its_longest_known_beginning_until_its_destination_is_loaded()
    {
        var destinations = Traffic.Destinations(4);
        var traffic = new Traffic("prefix-affinity", destinations);
        var home = traffic.Send(prompt: [1, 2, 3]);
        traffic.End(home);
        var other = destinations.First(destination => destination != home);
        traffic.Balancer.OnStart(other, new RequestView { PromptBlocks = [1, 9, 10] }, traffic.Now); // The same system prompt, another conversation.
        traffic.End(other);

        Assert.Equal(home, traffic.Pick(prompt: [1, 2, 3, 4]));
        Assert.Equal(other, traffic.Pick(prompt: [1, 9, 10, 11]));

        Destination? escaped = null;
        for (var i = 0; i < 10 && escaped is null; i++)
        {
            var sent = traffic.Send(prompt: [1, 2, 3]);
            escaped = sent == home ? null : sent;
        }

        Assert.NotNull(escaped);
        Assert.InRange(home.InFlight, 2, 4); // 3 > 1.5 × (3 ÷ 4 + 1).
        Assert.Equal(escaped, traffic.Pick(prompt: [1, 2, 3])); // Now it is cached there too.
    }

    [Fact]
    public void A_prompt_of_which_too_little_is_known_goes_by_load()
    {
        var traffic = new Traffic("prefix-affinity", Traffic.Destinations(3));
        var home = traffic.Send(prompt: [1]);

        Assert.NotEqual(home, traffic.Pick(prompt: [1, 2, 3, 4]));
        Assert.Equal(home, traffic.Pick(prompt: [1, 2]));
    }

    [Fact]
    public void A_prompt_is_forgotten_after_its_lifetime()
    {
        var traffic = new Traffic("prefix-affinity", Traffic.Destinations(3));
        var home = traffic.Send(prompt: [1, 2]);
        traffic.Now += 121_000_000_000;

        Assert.NotEqual(home, traffic.Pick(prompt: [1, 2])); // It still has that request; the others have none.
    }

    [Fact]
    public void Chained_hashes_are_equal_only_after_equal_beginnings()
    {
        var (a, b) = (PromptHash.Chain(0, "first"u8), PromptHash.Chain(0, "other"u8));

        Assert.Equal(PromptHash.Chain(a, "next"u8), PromptHash.Chain(PromptHash.Chain(0, "first"u8), "next"u8));
        Assert.NotEqual(PromptHash.Chain(a, "next"u8), PromptHash.Chain(b, "next"u8));
    }
}
