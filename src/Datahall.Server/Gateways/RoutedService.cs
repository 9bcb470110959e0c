using Datahall.Gateway.Routes;
using Datahall.Model;

namespace Datahall.Server.Gateways;

/// <summary>A service as gateways need to know it, with its replicas that take requests.</summary>
internal sealed class RoutedService
{
    private readonly SortedDictionary<string, ReplicaConfig> replicas = new(StringComparer.Ordinal);
    private Service? service;

    /// <summary>The route; null when the service has none.</summary>
    public RouteConfig? Route { get; private set; }

    /// <summary>Takes up the service; tells whether gateways need to know.</summary>
    public bool Take(Service next)
    {
        service = next;
        var before = Route;
        Route = Make();
        return !Same(before, Route);
    }

    /// <summary>Takes up one of its tasks; tells whether gateways need to know.</summary>
    public bool Take(string name, TaskResource? task)
    {
        var next = task is { Status: { Phase: TaskPhase.Running, Ready: true, Placement: { Port: > 0 } place } status }
            ? new ReplicaConfig(name, status.Attempt, task.Spec.Version, place.Address, place.Port)
            : null;
        if (next == replicas.GetValueOrDefault(name))
        {
            return false;
        }

        if (next is null)
        {
            replicas.Remove(name);
        }
        else
        {
            replicas[name] = next;
        }

        Route = Make();
        return Route is not null;
    }

    private RouteConfig? Make() => service is not { Spec: { Route: { } spec } wanted }
        ? null
        : new()
        {
            Name = service.Name,
            Spec = spec,
            HealthPath = (service.Status?.Target.Health ?? wanted.Health)?.Http?.Path,
            Awaited = (wanted.Replicas > 0 || wanted.Autoscale is not null) && service.Status?.Phase is not ServicePhase.Stopping,
            Versions = [.. (service.Status?.Split ?? []).Select(static share => new VersionConfig(share.Version, share.Weight, share.Shadow))],
            Replicas = [.. replicas.Values],
        };

    // Status changes each second; what gateways see of it seldom does. The parts are records of values, the lists compare by what is in them.
    private static bool Same(RouteConfig? a, RouteConfig? b) => a is null || b is null
        ? ReferenceEquals(a, b)
        : ReferenceEquals(a.Spec, b.Spec) && a.HealthPath == b.HealthPath && a.Awaited == b.Awaited && a.Versions.SequenceEqual(b.Versions) && a.Replicas.SequenceEqual(b.Replicas);
}
