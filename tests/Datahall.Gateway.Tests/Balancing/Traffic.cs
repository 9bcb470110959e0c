using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Tests.Balancing;

/// <summary>A balancer with a clock in milliseconds and a seeded generator.</summary>
internal sealed class Traffic(string policy, IEnumerable<Destination> destinations, BalancingOptions? options = null, SendProbe? probe = null)
{
    private readonly Random random = new(17);

    public Balancer Balancer { get; } = new(BalancingPolicies.Create(policy, options ?? new(), probe ?? ((_, _) => { })), destinations);

    public long Now { get; set; } = 1_000_000_000;

    public static List<Destination> Destinations(int count, BalancingOptions? options = null) =>
        [.. Enumerable.Range(0, count).Select(i => new Destination($"replica-{i}", 1, options))];

    public Destination? Pick(ulong key = 0, ulong session = 0, ulong[]? prompt = null) =>
        Balancer.Pick(new RequestView { HashKey = key, SessionKey = session, PromptBlocks = prompt }, Now, random);

    public Destination Send(ulong key = 0, ulong session = 0, ulong[]? prompt = null)
    {
        var picked = Pick(key, session, prompt)!;
        Balancer.OnStart(picked, new RequestView { HashKey = key, SessionKey = session, PromptBlocks = prompt }, Now);
        return picked;
    }

    public void End(Destination destination, Outcome outcome = Outcome.Success, double milliseconds = 20) =>
        destination.OnEnd(outcome, TimeSpan.FromMilliseconds(milliseconds), Now);

    /// <summary>So many requests, one after the other, a millisecond each: how many each destination had.</summary>
    public Dictionary<string, int> Count(int requests)
    {
        Dictionary<string, int> counts = [];
        for (var i = 0; i < requests; i++)
        {
            var picked = Send();
            counts[picked.Name] = counts.GetValueOrDefault(picked.Name) + 1;
            Now += 1_000_000;
            End(picked);
        }

        return counts;
    }
}
