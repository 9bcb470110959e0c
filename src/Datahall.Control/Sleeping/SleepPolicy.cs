using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Model;
using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Control.Sleeping;

/// <summary>Decides which nodes sleep: those that nothing needs, has needed for a while, or needed yesterday at this hour; and wakes them for work that waits.</summary>
/// <remarks>What it remembers (since when nodes are idle, how many were busy) is not durable: after a start it waits anew, and knows no yesterday.</remarks>
internal sealed class SleepPolicy(CoreState state, SchedulingSettings settings, GangTrial trial, WaitingLine waiting, NodeSleep sleep)
{
    // Looking means trying waiting gangs against sleeping nodes.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // The first so many waiting gangs of each queue are tried.
    private const int MostTried = 8;

    private readonly BreakEven breakEven = new(state);
    private readonly Dictionary<string, DateTimeOffset> idleSince = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, int> busiest = [];

    /// <summary>When it looks again; null: there is no policy.</summary>
    public DateTimeOffset? NextLook
    {
        get => settings.Sleep is null ? null : field ?? state.Now;
        private set;
    }

    /// <summary>Looks, when it is time.</summary>
    public void Run()
    {
        if (settings.Sleep is not { } policy || NextLook > state.Now)
        {
            return;
        }

        NextLook = state.Now + Interval;
        var all = state.All.OfType<Node>().Where(static n => n.Status is not null).OrderBy(static n => n.Name, StringComparer.Ordinal).ToList();
        Remember(all);
        var moving = all.Count(static n => n.Status!.Power is PowerState.FallingAsleep or PowerState.Waking);
        var needed = Needed(out var waits);
        foreach (var name in needed)
        {
            moving += Wake(state.Node(name)!, policy.AtOnce - moving, "work waits that fits on it");
        }

        var idle = all.Count(n => IsIdle(n) || n.Status!.Power is PowerState.Waking);
        foreach (var node in all.Where(n => idle < policy.Spare && !needed.Contains(n.Name)))
        {
            var woken = Wake(node, policy.AtOnce - moving, "there are too few spare nodes");
            (idle, moving) = (idle + woken, moving + woken);
        }

        if (!waits)
        {
            PutToSleep(policy, all, policy.AtOnce - moving);
        }
    }

    // Those that come last by name: policies that fill nodes take the first of equals.
    private void PutToSleep(SleepSpec policy, List<Node> all, int most)
    {
        breakEven.Begin();
        var ready = all.Count(n => n.Status is { Phase: NodePhase.Ready, Power: PowerState.Awake });
        var busy = ready - all.Count(IsIdle);
        var stay = Math.Max(busy, Forecast()) + policy.Spare;
        foreach (var node in Enumerable.Reverse(all).Where(n => IsIdle(n) && n.Spec is { Power: PowerMode.Auto, Mode: NodeMode.Open } && sleep.MaySleep(n)
            && idleSince.TryGetValue(n.Name, out var since) && state.Now - since >= IdleOf(policy, n)).Take(Math.Max(0, Math.Min(most, ready - stay))))
        {
            idleSince.Remove(node.Name);
            sleep.PutToSleep(node, $"it had no task for {policy.Idle ?? Duration.FromSeconds((long)breakEven.Of(node).TotalSeconds)}, and nothing needs it");
        }
    }

    private TimeSpan IdleOf(SleepSpec policy, Node node) => policy.Idle?.TimeSpan ?? breakEven.Of(node);

    private int Wake(Node node, int most, string why)
    {
        if (node.Spec.Power is not PowerMode.Auto || node.Status is not { Phase: NodePhase.Asleep, Power: PowerState.Asleep } and not { Phase: NodePhase.Ready, Power: PowerState.FallingAsleep } || most <= 0)
        {
            return 0;
        }

        sleep.Wake(node, why);
        return state.Node(node.Name)!.Status!.Power is PowerState.Waking ? 1 : 0;
    }

    /// <summary>The nodes that sleep, or are on their way, on which a gang would be placed if they were awake; null when that does not help.</summary>
    public IReadOnlyList<string>? WouldUse(Gang gang) => WithAllAwake(() => trial.Run(gang, gang.Members).Placements is { } places
        ? (string[])[.. places.Select(static p => p.Node).Distinct().Where(Sleeps).Order(StringComparer.Ordinal)]
        : null);

    // Each gang takes its room, so that two do not count on the same.
    private SortedSet<string> Needed(out bool waits)
    {
        var (found, any) = (new SortedSet<string>(StringComparer.Ordinal), false);
        if (!state.Indexes.Gangs.AnyWaits)
        {
            waits = false;
            return found;
        }

        _ = WithAllAwake(() =>
        {
            var taken = new List<Holding>();
            foreach (var gang in state.Indexes.Gangs.Queues.ToList().SelectMany(q => waiting.Of(q).Where(g => !(g.NotBefore > state.Now)).Take(MostTried)))
            {
                any = true;
                if (trial.Run(gang, gang.Members).Placements is { } places)
                {
                    foreach (var holding in GangTrial.Holdings(gang.Members, places))
                    {
                        state.Indexes.Cluster.Take(holding);
                        taken.Add(holding);
                    }

                    found.UnionWith(places.Select(static p => p.Node).Where(Sleeps));
                }
            }

            taken.ForEach(state.Indexes.Cluster.Give);
            return found;
        });
        waits = any;
        return found;
    }

    private bool Sleeps(string name) => state.Node(name)!.Status!.Power is not PowerState.Awake;

    private T WithAllAwake<T>(Func<T> think)
    {
        var cluster = state.Indexes.Cluster;
        var asleep = Enumerable.Range(0, cluster.Slots).Where(cluster.Has).Select(cluster.Offer)
            .Where(o => o.State is OfferState.Asleep && state.Node(o.Name)!.Spec is { Power: not PowerMode.Asleep, Mode: NodeMode.Open }).ToList();
        asleep.ForEach(offer => cluster.Put(offer with { State = OfferState.Open }));
        try
        {
            return think();
        }
        finally
        {
            asleep.ForEach(cluster.Put);
        }
    }

    private bool IsIdle(Node node) => node.Status is { Phase: NodePhase.Ready, Power: PowerState.Awake } && state.Indexes.TasksOn(node.Name).Count == 0;

    private void Remember(List<Node> all)
    {
        foreach (var node in all)
        {
            if (!IsIdle(node))
            {
                idleSince.Remove(node.Name);
            }
            else
            {
                idleSince.TryAdd(node.Name, state.Now);
            }
        }

        var (hour, busy) = (Hour(state.Now), all.Count(n => state.Indexes.TasksOn(n.Name).Count > 0));
        busiest[hour] = Math.Max(busiest.GetValueOrDefault(hour), busy);
        while (busiest.Count > 25)
        {
            busiest.Remove(busiest.First().Key);
        }
    }

    // The most nodes that were busy yesterday in this hour and the next.
    private int Forecast() => Math.Max(busiest.GetValueOrDefault(Hour(state.Now) - 24), busiest.GetValueOrDefault(Hour(state.Now) - 23));

    private static long Hour(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;
}
