using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Services;
using Datahall.Control.Tasks;
using Datahall.Control.Traffic;
using Datahall.Model;
using Datahall.Model.Traffic;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Scaling;

/// <summary>Lets the number of replicas of services follow their load.</summary>
/// <remarks>
/// Services are looked at as a step begins, whenever a slice of the traffic has passed: what is decided then rests on committed steps and the time alone, and
/// is put into the state by this step or, should it not be committed, by the next one. Only the first request for a service without replicas does not wait for that.
/// </remarks>
internal sealed class Autoscaling(CoreState state, TrafficBook traffic, DeviceUseBook devices)
{
    private static readonly TimeSpan saveEvery = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Scaled> services = new(StringComparer.Ordinal);
    private long looked = TrafficBook.IndexOf(state.Now);

    /// <summary>When services are looked at next; null when none is autoscaled.</summary>
    public DateTimeOffset? NextLook => state.Indexes.Autoscaled.Count == 0 ? null : new DateTimeOffset((looked + 1) * TrafficBook.SliceLength.Ticks, TimeSpan.Zero);

    /// <summary>A step begins.</summary>
    public void Begin()
    {
        var slice = TrafficBook.IndexOf(state.Now);
        if (slice == looked)
        {
            return;
        }

        foreach (var gone in services.Keys.Where(name => !state.Indexes.Autoscaled.Contains(name)).ToList())
        {
            services.Remove(gone);
        }

        foreach (var name in state.Indexes.Autoscaled)
        {
            if (state.Service(name) is { Status: { Phase: not ServicePhase.Stopping } } service)
            {
                Look(service, slice);
            }
        }

        looked = slice;
    }

    /// <summary>Puts into the state what was decided, and wakes services for which a first request came.</summary>
    public void Run()
    {
        foreach (var name in state.Indexes.Autoscaled.ToArray())
        {
            if (state.Service(name) is not { Status: { Phase: not ServicePhase.Stopping } } service || !services.TryGetValue(name, out var scaled))
            {
                continue;
            }

            if (service.WantedReplicas() == 0 && traffic.Now(service) is { Waiting: > 0 } or { RequestsPerSecond: > 0 })
            {
                scaled.Decision = null; // Made before the request came.
                Put(service, scaled, new(1, "a request came while there was no replica"));
            }
            else if (scaled.Decision is { } decision)
            {
                Put(service, scaled, decision);
            }
        }
    }

    /// <summary>Takes up how busy devices are.</summary>
    public Accepted Take(ObserveDevices input)
    {
        foreach (var (service, use) in input.Services)
        {
            if (state.Indexes.Autoscaled.Contains(service))
            {
                devices.Take(service, Math.Clamp(use, 0, 1), state.Now);
            }
        }

        return new([]);
    }

    /// <summary>What is known of a service's number, in sentences for people.</summary>
    public IEnumerable<string> Explain(Service service)
    {
        if (service.Spec.Autoscale is not { } scaling)
        {
            yield break;
        }

        var status = service.Status?.Scaling;
        yield return $"autoscaled from {scaling.Min} to {scaling.Max}: {service.WantedReplicas()} wanted{(status is null ? "" : $" since {status.Decided:u}, for {status.Reason}")}";
        if (services.GetValueOrDefault(service.Name)?.Decision is { } now)
        {
            yield return $"at present: {now.Reason}";
        }
    }

    private void Look(Service service, long slice)
    {
        if (!services.TryGetValue(service.Name, out var scaled))
        {
            var kept = service.Status!.Scaling;
            services[service.Name] = scaled = new(new(state.Now, service.WantedReplicas(), DemandProfile.Load(kept?.Days ?? []), kept?.ReplicasPerRequest ?? 0), kept?.StartSeconds ?? 0);
        }

        scaled.Starts.Observe(state.Indexes.TasksOf(service.Key), state.Now);
        var first = Math.Max(looked, slice - (LoadHistory.Longest.Ticks / TrafficBook.SliceLength.Ticks));
        for (var index = first; index < slice; index++)
        {
            scaled.Scaler.Observe(service.Spec, See(service, index));
        }

        var (most, why) = QuotaOf(service);
        scaled.Decision = scaled.Scaler.Decide(service.Spec, new(state.Now, service.WantedReplicas(), TimeSpan.FromSeconds(scaled.Starts.Seconds)) { Most = most, MostWhy = why });
    }

    private ScalingObservation See(Service service, long index)
    {
        var observation = new ScalingObservation
        {
            Time = new((index + 1) * TrafficBook.SliceLength.Ticks, TimeSpan.Zero),
            DeviceUse = devices.Of(service.Name),
            Ready = state.Indexes.TasksOf(service.Key).Count(task => task.IsReady() && TrafficSplit.Serves(service, task.Spec.Version)),
        };
        if (traffic.In(service, index) is not { Seconds: > 0 } load)
        {
            return observation;
        }

        var (counts, answered) = (new long[LatencyHistogram.Buckets], 0L);
        foreach (var (_, version) in load.Versions.Where(version => TrafficSplit.Serves(service, version.Key)))
        {
            version.AddLatencies(counts);
            answered += version.Answers.Total;
        }

        return observation with
        {
            Seconds = load.Seconds,
            Arrived = load.Arrived,
            Answered = answered,
            InFlight = load.InFlight,
            Waiting = load.Waiting,
            Latency = LatencyHistogram.Of(counts),
        };
    }

    // The replicas that have a place, and as many more as the limits of the queue and those above it leave room for.
    private (int Most, string? Why) QuotaOf(Service service)
    {
        var placed = state.Indexes.TasksOf(service.Key).Count(static task => task.IsActive());
        var (fits, beyond) = (0, service.Spec.Autoscale!.Max - placed);
        var charges = new Charge[Math.Max(0, beyond)];
        Array.Fill(charges, Charge.Of(state.Indexes.Requests.Of(service.Status!.Target.Template)));
        if (beyond <= 0 || state.Indexes.Queues.Refuse(service.Spec.Queue, charges) is not { } reached)
        {
            return (int.MaxValue, null);
        }

        while (fits < beyond - 1) // Of the numbers from fits to beyond - 1 the largest that fits.
        {
            var middle = (fits + beyond) / 2;
            (fits, beyond) = state.Indexes.Queues.Refuse(service.Spec.Queue, charges.AsSpan(0, middle)) is null ? (middle, beyond) : (fits, middle);
        }

        return (placed + fits, $"queue {reached.Queue} has room for {placed + fits}");
    }

    private void Put(Service service, Scaled scaled, ScalingDecision decision)
    {
        var (status, scaling) = (service.Status!.Scaling, service.Spec.Autoscale!);
        var before = service.WantedReplicas();
        if (decision.Replicas > before && QuotaOf(service) is { Why: { } why } quota && decision.Replicas > quota.Most)
        {
            // The step has changed the queue, or its work, since the decision was made.
            decision = new(Math.Max(before, quota.Most), why);
        }

        var after = Math.Clamp(decision.Replicas, Math.Min(scaling.Min, scaling.Max), scaling.Max);
        var isNew = status is null || after != before || status.Replicas != after;
        var saves = scaling.Predict is not null && (status?.Saved is not { } saved || state.Now - saved >= saveEvery);
        if (!isNew && !saves)
        {
            return;
        }

        var next = (status ?? new()) with { StartSeconds = scaled.Starts.Seconds, ReplicasPerRequest = scaled.Scaler.ReplicasPerRequest };
        next = isNew ? next with { Replicas = after, Decided = state.Now, Reason = decision.Reason } : next;
        next = saves ? next with { Days = scaled.Scaler.Profile.Save(scaling.Predict!.Days), Saved = state.Now } : next;
        state.Put(service with { Status = service.Status with { Scaling = next } });
        if (after != before)
        {
            state.Emit(service.Key, "Scaled", $"from {before} to {after} replicas: {decision.Reason}");
        }
    }

    private sealed class Scaled(ServiceScaler scaler, double startSeconds)
    {
        public ServiceScaler Scaler => scaler;

        public StartTimes Starts { get; } = new(startSeconds);

        public ScalingDecision? Decision { get; set; }
    }
}
