using Datahall.Gateway.Balancing;
using Datahall.Twin.Time;

namespace Datahall.Twin.Balancing;

/// <summary>Runs the gateways' own policies against simulated replicas, event by event.</summary>
/// <remarks>
/// The network takes no time, but an answer to a probe takes half a millisecond. The same scenario, policy and seed give the same figures. All policies of a seed
/// see the same arrivals, service times, keys and disturbances.
/// </remarks>
public sealed class BalanceSimulation
{
    private const double ProbeSeconds = 0.0005;
    private const double WarmUpShare = 0.1;
    private const string Oracle = "join-shortest-queue";
    private const string Chance = "random";

    private readonly BalanceScenario scenario;
    private readonly SimRandom arrivals;
    private readonly SimRandom services;
    private readonly SimRandom disturbances;
    private readonly Conversations? conversations;
    private readonly SimulatedReplica[] replicas;
    private readonly Balancer[] gateways;
    private readonly Random[] chances;
    private readonly Dictionary<Destination, int> places = [];
    private readonly SimulatedRequest[] requests;
    private readonly PriorityQueue<Event, double> events = new();
    private readonly BalanceTally tally;
    private double now;

    private BalanceSimulation(BalanceScenario scenario, string policy, ulong seed)
    {
        this.scenario = scenario;
        (arrivals, services, disturbances) = (new(seed), new(~seed), new(seed ^ 0x5A5A5A5A5A5A5A5AUL));
        conversations = scenario.Prompts is { } prompts ? new(prompts, new(seed + (1UL << 32))) : null;
        replicas = [.. Enumerable.Range(0, scenario.Replicas).Select(i => new SimulatedReplica(
            scenario.Slots, scenario.Order, i < scenario.SlowReplicas ? scenario.SlowFactor : 1)
        {
            Cache = scenario.Prompts is { } p ? new(p.CacheBlocks) : null,
        })];
        chances = [.. Enumerable.Range(0, scenario.Gateways).Select(i => new Random(unchecked((int)(seed * 7919) + i)))];
        gateways = [.. Enumerable.Range(0, scenario.Gateways).Select(_ => Gateway(policy))];
        requests = new SimulatedRequest[scenario.Requests];
        tally = new((int)(scenario.Requests * WarmUpShare));
    }

    /// <summary>The gateways' policies and two to compare with: an oracle and chance.</summary>
    public static IReadOnlyList<string> Policies { get; } = [Oracle, Chance, .. BalancingPolicies.Names];

    /// <summary>Runs a scenario until its last request has ended.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="policy">One of <see cref="Policies"/>.</param>
    /// <param name="seed">What chance is drawn from.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static BalanceRun Run(BalanceScenario scenario, string policy, ulong seed, CancellationToken cancellationToken)
    {
        var simulation = new BalanceSimulation(scenario, policy, seed);
        simulation.Run(cancellationToken);
        return simulation.tally.Report(policy, seed);
    }

    private long Timestamp => (long)(now * 1e9);

    private Balancer Gateway(string policy)
    {
        var options = scenario.Balancing;
        var destinations = replicas.Select((_, i) => new Destination($"replica-{i}", 1, options)).ToList();
        foreach (var (i, destination) in destinations.Index())
        {
            places.Add(destination, i);
        }

        return new(
            policy switch
            {
                Oracle => new JoinShortestQueue(destination => replicas[places[destination]].InFlight),
                Chance => new AnyDestination(),
                _ => BalancingPolicies.Create(policy, options, SendProbe),
            },
            destinations);
    }

    private void SendProbe(Destination destination, IProbeListener listener) =>
        events.Enqueue(new(EventKind.Probe, 0, destination, listener), now + ProbeSeconds);

    private void Run(CancellationToken cancellationToken)
    {
        for (var i = 0; i < replicas.Length && scenario.Antagonists is { } antagonists; i++)
        {
            events.Enqueue(new(EventKind.Antagonist, i), Quiet(antagonists));
        }

        var (next, ended) = (0, 0);
        var arrival = arrivals.Exponential(1 / scenario.Rate);
        while (ended < requests.Length)
        {
            if (next < requests.Length && (!events.TryPeek(out _, out var first) || arrival <= first))
            {
                now = arrival;
                Arrive(next++);
                arrival += arrivals.Exponential(1 / scenario.Rate);
                continue;
            }

            events.TryDequeue(out var happened, out now);
            ended += Happen(happened);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private int Happen(in Event happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Probe:
                var asked = replicas[places[happened.Destination!]];
                happened.Listener!.OnProbe(happened.Destination!, asked.InFlight, asked.Known.At(now, asked.InFlight), Timestamp);
                return 0;
            case EventKind.Antagonist:
                ComeOrGo(happened.Replica);
                return 0;
            default:
                return End(happened.Replica);
        }
    }

    private void Arrive(int i)
    {
        FailOrMend(i);
        var gateway = arrivals.Below(gateways.Length);
        (int conversation, ulong[]? prompt) = conversations is null ? (arrivals.Below(scenario.Keys), null) : conversations.Next();
        var key = (ulong)conversation + 1;
        ref var request = ref requests[i];
        request = new() { Arrival = now, Work = Draw(), Prompt = prompt };
        var view = new RequestView { HashKey = key, SessionKey = key, PromptBlocks = prompt };
        request.Destination = gateways[gateway].Pick(view, Timestamp, chances[gateway])!;
        gateways[gateway].OnStart(request.Destination, view, Timestamp);
        var place = places[request.Destination];
        request.InFlightAtStart = replicas[place].InFlight;
        replicas[place].Take(i);
        Continue(place);
    }

    // All draws of service times happen at arrivals, so that policies change nothing about them.
    private double Draw()
    {
        var mean = scenario.ServiceMilliseconds / 1000;
        return scenario.Service switch
        {
            ServiceDistribution.Fixed => mean,
            ServiceDistribution.LongTailed => services.Exponential(services.Chance(0.1) ? 5.5 * mean : 0.5 * mean),
            _ => services.Exponential(mean),
        };
    }

    private void Continue(int place)
    {
        var replica = replicas[place];
        while (replica.NextToBegin() is >= 0 and var i)
        {
            replica.Begin(i, now, Work(replica, ref requests[i]));
        }

        if (replica.NextEnd < replica.Due)
        {
            replica.Due = replica.NextEnd;
            events.Enqueue(new(EventKind.End, place), replica.Due);
        }
    }

    private double Work(SimulatedReplica replica, ref SimulatedRequest request)
    {
        if (replica.IsFailing)
        {
            request.HasFailed = true;
            return scenario.Failing!.Milliseconds / 1000;
        }

        if (request.Prompt is not { } prompt)
        {
            return request.Work;
        }

        var known = replica.Cache!.Take(prompt);
        tally.Prompt(known, prompt.Length);
        request.Prompt = null;
        return request.Work + ((prompt.Length - known) * scenario.Prompts!.BlockMilliseconds / 1000);
    }

    private int End(int place)
    {
        var replica = replicas[place];
        if (now < replica.Due)
        {
            return 0; // Looked here too early: since then something shorter came, or all was slowed.
        }

        replica.Due = double.PositiveInfinity;
        var ended = 0;
        for (var i = replica.End(now); i >= 0; i = replica.End(now), ended++)
        {
            var request = requests[i];
            var seconds = now - request.Arrival;
            replica.Known.Add(now, seconds, request.InFlightAtStart);
            request.Destination.OnEnd(request.HasFailed ? Outcome.Failure : Outcome.Success, TimeSpan.FromSeconds(seconds), Timestamp);
            tally.End(i, seconds, request.HasFailed);
        }

        Continue(place);
        return ended;
    }

    private void FailOrMend(int request)
    {
        if (scenario.Failing is not { } failing)
        {
            return;
        }

        var isFailing = request >= failing.From * requests.Length && request < failing.To * requests.Length;
        for (var i = Math.Max(replicas.Length - failing.Replicas, 0); i < replicas.Length; i++)
        {
            replicas[i].IsFailing = isFailing;
        }
    }

    private void ComeOrGo(int place)
    {
        var (replica, antagonists) = (replicas[place], scenario.Antagonists!);
        var comes = replica.Slowing == 1;
        replica.Slow(now, comes ? antagonists.Factor : 1);
        events.Enqueue(new(EventKind.Antagonist, place), now + (comes ? disturbances.Exponential(antagonists.Milliseconds / 1000) : Quiet(antagonists)));
        Continue(place);
    }

    private double Quiet(AntagonistSettings antagonists) =>
        disturbances.Exponential(antagonists.Milliseconds / 1000 * (1 - antagonists.Share) / antagonists.Share);

    private enum EventKind
    {
        End,
        Antagonist,
        Probe,
    }

    private readonly record struct Event(EventKind Kind, int Replica, Destination? Destination = null, IProbeListener? Listener = null);
}
