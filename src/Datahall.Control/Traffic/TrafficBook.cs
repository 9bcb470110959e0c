using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Traffic;

/// <summary>What the gateways saw of each service in the last minutes, merged over gateways.</summary>
/// <remarks>
/// It lives in memory, as leases and readings do: a control plane that starts again knows nothing until the gateways report, and
/// <see cref="ServiceLoad.Seconds"/> says so. What a step takes in is kept apart until the next one begins, so that it can be taken back.
/// </remarks>
internal sealed class TrafficBook(DateTimeOffset now)
{
    /// <summary>How finely time is told apart.</summary>
    public static readonly TimeSpan SliceLength = TimeSpan.FromSeconds(5);

    /// <summary>How far back is known.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>A gateway that says nothing for so long is taken to be gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>How many gateways may report at the same time.</summary>
    public const int MaxGateways = 1_000;

    private readonly Queue<TrafficSlice> slices = [];
    private readonly SortedDictionary<string, GatewayView> gateways = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GatewayView?> before = new(StringComparer.Ordinal);
    private DateTimeOffset? started;
    private TrafficSlice? last;
    private TrafficSlice fresh = new(0);

    /// <summary>Whether any gateway reports: if none does, no traffic means nothing.</summary>
    public bool HasGateways => gateways.Values.Any(Speaks);

    /// <summary>How many gateways report.</summary>
    public int Gateways => gateways.Values.Count(Speaks);

    /// <summary>A step begins: the last one stays.</summary>
    public void Begin(DateTimeOffset time)
    {
        now = time;
        started ??= time;
        before.Clear();
        Keep();
        fresh = new(IndexOf(now));
        while (slices.TryPeek(out var oldest) && oldest.Index < IndexOf(now - Longest))
        {
            slices.Dequeue();
        }

        foreach (var gone in gateways.Where(gateway => !Speaks(gateway.Value)).Select(static gateway => gateway.Key).ToList())
        {
            gateways.Remove(gone);
        }
    }

    /// <summary>The step was not committed.</summary>
    public void Undo()
    {
        fresh = new(IndexOf(now));
        foreach (var (gateway, view) in before)
        {
            if (view is null)
            {
                gateways.Remove(gateway);
            }
            else
            {
                gateways[gateway] = view;
            }
        }

        before.Clear();
    }

    /// <summary>Whether a report would be news: it is none when a newer one of the gateway was taken, or there are too many gateways.</summary>
    public bool IsNews(TrafficReport report) => gateways.TryGetValue(report.Gateway, out var known)
        ? report.Sequence > known.Sequence || !Speaks(known)
        : gateways.Count < MaxGateways;

    /// <summary>Takes up a report that is news and names only what exists.</summary>
    public void Take(TrafficReport report)
    {
        before.TryAdd(report.Gateway, gateways.GetValueOrDefault(report.Gateway));
        gateways[report.Gateway] = new(report.Sequence, report.Revision, now, report.Seconds, report.Services.ToDictionary(static service => service.Service, StringComparer.Ordinal));
        fresh.Add(report);
    }

    /// <summary>What the gateways said last of a service: the load of this moment.</summary>
    public CurrentLoad Now(Service service)
    {
        var load = new CurrentLoad(Gateways, 0, 0, 0, 0);
        foreach (var (view, traffic) in Seen(service))
        {
            load = load with
            {
                RequestsPerSecond = load.RequestsPerSecond + (traffic.Arrived / view.Seconds),
                ShedPerSecond = load.ShedPerSecond + (traffic.Shed / view.Seconds),
                InFlight = load.InFlight + traffic.InFlight,
                Waiting = load.Waiting + traffic.Waiting,
            };
        }

        return load;
    }

    /// <summary>What the gateways saw of a service in a time that ends now, and in which the service was there.</summary>
    /// <param name="service">The service.</param>
    /// <param name="window">How far back, at most <see cref="Longest"/>; it is rounded to whole slices.</param>
    public ServiceLoad Over(Service service, TimeSpan window)
    {
        var load = new ServiceLoad();
        var from = now - (window < Longest ? window : Longest);
        var first = IndexOf(service.Created > from ? service.Created.Value : from);
        foreach (var slice in slices)
        {
            if (slice.Index >= first)
            {
                load.Add(slice, slice.Seconds, service.Name);
            }
        }

        // A slice that is still being filled is in two parts, of which the same gateways told.
        load.Add(fresh, last?.Index == fresh.Index ? last.SecondsWith(fresh) - last.Seconds : fresh.Seconds, service.Name);
        return load;
    }

    /// <summary>The slice that a time is in.</summary>
    public static long IndexOf(DateTimeOffset time) => time.UtcTicks / SliceLength.Ticks;

    /// <summary>What the gateways saw of a service in a slice that has passed; null when none told anything.</summary>
    public ServiceLoad? In(Service service, long index)
    {
        if (slices.LastOrDefault(slice => slice.Index == index) is not { } slice)
        {
            return null;
        }

        var load = new ServiceLoad();
        load.Add(slice, slice.Seconds, service.Name);
        return load;
    }

    /// <summary>The replicas of a service that most of the gateways which report it hold for out of order.</summary>
    public IReadOnlyList<OutReplica> Out(Service service)
    {
        var views = 0;
        Dictionary<ReplicaAttempt, (int Votes, double Seconds, string? Why)> said = [];
        foreach (var (view, traffic) in Seen(service))
        {
            views++;
            var age = (now - view.At).TotalSeconds;
            foreach (var replica in traffic.Replicas.Where(static replica => replica.OutSeconds > 0))
            {
                var key = new ReplicaAttempt(replica.Task, replica.Attempt);
                var (votes, seconds, why) = said.GetValueOrDefault(key, (0, double.MaxValue, null));
                said[key] = (votes + 1, Math.Min(seconds, replica.OutSeconds + age), why ?? replica.Why);
            }
        }

        return
        [
            .. said.Where(replica => replica.Value.Votes * 2 > views)
                .OrderBy(static replica => replica.Key.Task, StringComparer.Ordinal)
                .Select(static replica => new OutReplica(replica.Key, TimeSpan.FromSeconds(replica.Value.Seconds), replica.Value.Why)),
        ];
    }

    /// <summary>Whether every gateway knows that a draining replica takes no requests, and has none there any more.</summary>
    /// <remarks>When none speaks, none sends anything; but after a start they have to have had the time to speak.</remarks>
    public bool HasLeft(TaskResource replica) => (HasGateways || now - started > Silence) && gateways.Values.Where(Speaks).All(view =>
        view.Revision >= replica.Status.Drain!.Revision
        && !(view.Services.TryGetValue(replica.Spec.Service!, out var traffic)
            && traffic.Replicas.Any(seen => seen.Task == replica.Name && seen.Attempt == replica.Status.Attempt && seen.InFlight > 0)));

    private IEnumerable<(GatewayView View, ServiceTraffic Traffic)> Seen(Service service)
    {
        foreach (var view in gateways.Values.Where(Speaks))
        {
            if (view.Services.TryGetValue(service.Name, out var traffic) && !(view.At < service.Created))
            {
                yield return (view, traffic);
            }
        }
    }

    private void Keep()
    {
        if (fresh.IsEmpty)
        {
            return;
        }

        if (last is null || last.Index < fresh.Index)
        {
            slices.Enqueue(last = fresh);
        }
        else
        {
            last.Add(fresh);
        }
    }

    private bool Speaks(GatewayView view) => now - view.At <= Silence;

    private sealed record GatewayView(long Sequence, long Revision, DateTimeOffset At, double Seconds, IReadOnlyDictionary<string, ServiceTraffic> Services);
}

/// <summary>The load of a moment.</summary>
/// <param name="Gateways">How many gateways report; 0: nothing is known.</param>
/// <param name="RequestsPerSecond">Requests that come in a second, the ones turned away included.</param>
/// <param name="ShedPerSecond">Requests that are turned away a second.</param>
/// <param name="InFlight">Requests at replicas.</param>
/// <param name="Waiting">Requests that wait at gateways.</param>
public readonly record struct CurrentLoad(int Gateways, double RequestsPerSecond, double ShedPerSecond, double InFlight, double Waiting);

/// <summary>A replica that gateways send nothing to.</summary>
/// <param name="Replica">Which, and in which life.</param>
/// <param name="Time">For how long.</param>
/// <param name="Why">Why, as a gateway said.</param>
internal readonly record struct OutReplica(ReplicaAttempt Replica, TimeSpan Time, string? Why);
