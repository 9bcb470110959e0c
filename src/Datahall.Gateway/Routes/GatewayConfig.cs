using Datahall.Model;

namespace Datahall.Gateway.Routes;

/// <summary>Everything a gateway works by, as the control plane says it. Swapped whole.</summary>
public sealed record GatewayConfig
{
    /// <summary>The revision of the control plane's state that this was made from.</summary>
    public long Revision { get; init; }

    /// <summary>How many gateways share what is limited for all of them together, at least 1.</summary>
    public int Gateways { get; init; } = 1;

    /// <summary>The routes, by name.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>The tenants, by name.</summary>
    public IReadOnlyList<TenantConfig> Tenants { get; init; } = [];
}

/// <summary>A service or an ensemble that takes requests.</summary>
public sealed record RouteConfig
{
    /// <summary>The name of the service or the ensemble.</summary>
    public required string Name { get; init; }

    /// <summary>What the manifest says.</summary>
    public required RouteSpec Spec { get; init; }

    /// <summary>The path of the service's own health check, which probes ask for unless the route names another; null: it has none over HTTP.</summary>
    public string? HealthPath { get; init; }

    /// <summary>Whether replicas are wanted or would come upon requests: then requests wait while there is none.</summary>
    public bool Awaited { get; init; }

    /// <summary>How requests are split between versions; empty: all replicas alike.</summary>
    public IReadOnlyList<VersionConfig> Versions { get; init; } = [];

    /// <summary>The replicas that may take requests. Those that are stopping are left out: what is in flight there goes on to its end.</summary>
    public IReadOnlyList<ReplicaConfig> Replicas { get; init; } = [];

    /// <summary>Whom an ensemble asks; null: this is a service.</summary>
    public EnsembleSpec? Ensemble { get; init; }
}

/// <summary>What a version of a service gets.</summary>
/// <param name="Number">The version's number.</param>
/// <param name="Weight">Its share of the requests, relative to the others, 0 or more.</param>
/// <param name="Shadow">Whether it gets a copy of each request instead, whose answer is dropped.</param>
public sealed record VersionConfig(int Number, double Weight, bool Shadow);

/// <summary>A replica.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Attempt">Its attempt: another one is another replica.</param>
/// <param name="Version">The version of the service.</param>
/// <param name="Address">Its address, an IP address or a host name.</param>
/// <param name="Port">Its port.</param>
public sealed record ReplicaConfig(string Task, int Attempt, int Version, string Address, int Port);

/// <summary>A tenant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Spec">What the manifest says.</param>
public sealed record TenantConfig(string Name, TenantSpec Spec);
