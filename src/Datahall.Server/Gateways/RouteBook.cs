using System.Runtime.CompilerServices;
using Datahall.Control.Store;
using Datahall.Gateway.Routes;
using Datahall.Model;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;

namespace Datahall.Server.Gateways;

/// <summary>What gateways are to work by, made from what is committed and kept up with it.</summary>
/// <remarks>Thread-safe. The tasks of services with a route are indexed, so that a change costs the services it is about, not the fleet.</remarks>
internal sealed class RouteBook(ResourceCache cache, TimeProvider time) : BackgroundService
{
    // Changes within this time go out together: a rollout of a thousand replicas is not a thousand tables.
    private static readonly TimeSpan together = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, RoutedService> services = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Ensemble> ensembles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tenant> tenants = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> watchers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> metricsOf = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = NewSource();
    private GatewayConfig? current;

    /// <summary>Everything that gateways work by: at once, and whenever it changes. Who reads slowly gets the newest only.</summary>
    public async IAsyncEnumerable<GatewayConfig> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GatewayConfig? sent = null;
        while (true)
        {
            var (config, next) = Newest();
            if (config is not null && !ReferenceEquals(config, sent))
            {
                sent = config;
                yield return config;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The gateways that follow the routes now, by name, and where the metrics of each are read; null: nowhere of their own.</summary>
    public IReadOnlyList<(string Name, string? Metrics)> Gateways
    {
        get
        {
            lock (gate)
            {
                return [.. watchers.Keys.Order(StringComparer.Ordinal).Select(name => (name, metricsOf.GetValueOrDefault(name)))];
            }
        }
    }

    /// <summary>Counts a gateway as one that shares the limits, until it is disposed.</summary>
    /// <param name="gateway">Its name.</param>
    /// <param name="metrics">Where its metrics are read, as host and port; null: nowhere of their own.</param>
    public IDisposable Join(string gateway, string? metrics = null)
    {
        lock (gate)
        {
            metricsOf[gateway] = metrics;
        }

        Count(gateway, 1);
        return new Membership(this, gateway);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var revision = -1L;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = cache.Log.NextChange();
            var batches = revision < 0 ? null : cache.Log.After(revision);
            if (batches is null)
            {
                revision = Reload();
            }
            else if (batches.Count > 0)
            {
                revision = batches[^1].Revision;
                if (TakeAll(batches))
                {
                    Publish(revision);
                }
            }

            await next.WaitAsync(stoppingToken);
            await Task.Delay(together, time, stoppingToken);
        }
    }

    private (GatewayConfig? Config, Task Next) Newest()
    {
        lock (gate)
        {
            return (current, changed.Task);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long Reload()
    {
        services.Clear();
        ensembles.Clear();
        tenants.Clear();
        var (revision, resources) = cache.Snapshot(null);
        foreach (var resource in resources.OrderBy(static resource => resource is TaskResource))
        {
            Take(resource.Key, resource);
        }

        Publish(revision);
        return revision;
    }

    private bool TakeAll(IReadOnlyList<WriteBatch> batches)
    {
        var matters = false;
        foreach (var change in batches.SelectMany(static batch => batch.Changes))
        {
            matters |= Take(change.Key, change.Resource);
        }

        return matters;
    }

    // Whether gateways need to know.
    private bool Take(ResourceKey key, Resource? resource)
    {
        switch (key.Kind)
        {
            case ResourceKinds.Service:
                return TakeService(key.Name, (Service?)resource);
            case ResourceKinds.Task:
                return TakeTask(key.Name, (TaskResource?)resource);
            case ResourceKinds.Ensemble:
                return Put(ensembles, key.Name, (Ensemble?)resource);
            case ResourceKinds.Tenant:
                return Put(tenants, key.Name, (Tenant?)resource);
            default:
                return false;
        }
    }

    private static bool Put<T>(SortedDictionary<string, T> all, string name, T? resource)
        where T : Resource
    {
        if (resource is null)
        {
            return all.Remove(name);
        }

        all[name] = resource;
        return true;
    }

    private bool TakeService(string name, Service? service)
    {
        if (service is null)
        {
            return services.Remove(name);
        }

        if (!services.TryGetValue(name, out var known))
        {
            services[name] = known = new();
        }

        return known.Take(service);
    }

    // A task's name begins with its service's and a dot; services' names have none.
    private bool TakeTask(string name, TaskResource? task)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && services.TryGetValue(name[..dot], out var service) && service.Take(name, task);
    }

    private void Publish(long revision)
    {
        var routes = services.OrderBy(static service => service.Key, StringComparer.Ordinal)
            .Select(static service => service.Value.Route).OfType<RouteConfig>()
            .Concat(ensembles.Values.Where(ensemble => services.GetValueOrDefault(ensemble.Name)?.Route is null).Select(RouteOf));
        var next = new GatewayConfig
        {
            Revision = revision,
            Routes = [.. routes],
            Tenants = [.. tenants.Values.Select(static tenant => new TenantConfig(tenant.Name, tenant.Spec))],
        };
        lock (gate)
        {
            Replace(next with { Gateways = Math.Max(1, watchers.Count) });
        }
    }

    private static RouteConfig RouteOf(Ensemble ensemble) => new() { Name = ensemble.Name, Spec = ensemble.Spec.Route, Ensemble = ensemble.Spec, Awaited = true };

    private void Count(string gateway, int change)
    {
        lock (gate)
        {
            var count = watchers.GetValueOrDefault(gateway) + change;
            if (count > 0)
            {
                watchers[gateway] = count;
            }
            else
            {
                watchers.Remove(gateway);
                metricsOf.Remove(gateway);
            }

            if (current is not null && current.Gateways != Math.Max(1, watchers.Count))
            {
                Replace(current with { Gateways = Math.Max(1, watchers.Count) });
            }
        }
    }

    private void Replace(GatewayConfig next)
    {
        current = next;
        var done = changed;
        changed = NewSource();
        done.TrySetResult();
    }

    private sealed class Membership(RouteBook book, string gateway) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                book.Count(gateway, -1);
            }
        }
    }
}
