using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Somebody who calls models through the gateways.</summary>
public sealed record Tenant : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Tenant;

    /// <summary>What is allowed.</summary>
    public TenantSpec Spec { get; init; } = new();
}

/// <summary>What a tenant is allowed.</summary>
public sealed record TenantSpec
{
    /// <summary>The keys; only their hashes are kept.</summary>
    [Description("The keys. Only their hashes are kept; 'datahall tenant key NAME' makes one and shows it once.")]
    public IReadOnlyList<TenantKey> Keys { get; init; } = [];

    /// <summary>The models, or the services without one, that may be called; empty: all.</summary>
    [Description("The models (or services that name none) that the tenant may call; empty: all.")]
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Higher is served first under overload, and shed last.</summary>
    [Description("Under overload, higher is served first and shed last.")]
    [Range(-1000, 1000)]
    public int Priority { get; init; }

    /// <summary>The share against tenants of the same priority when requests wait.</summary>
    [Description("The share against tenants of the same priority when requests wait.")]
    [Range(0.001, 1000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Weight { get; init; } = 1;

    /// <summary>How many requests a minute; 0: no limit.</summary>
    [Description("How many requests a minute, of all gateways together; 0: no limit. A minute's worth may come at once.")]
    [Range(0, 1_000_000_000)]
    public int RequestsPerMinute { get; init; }

    /// <summary>How many tokens a minute; 0: no limit.</summary>
    [Description("openai: how many tokens (prompt and answer, as the replicas' usage says) a minute, of all gateways together; 0: no limit.")]
    [Range(0, 1_000_000_000)]
    public int TokensPerMinute { get; init; }

    /// <summary>How many requests at once; 0: no limit.</summary>
    [Description("How many requests at once, of all gateways together; 0: no limit.")]
    [Range(0, 1_000_000)]
    public int Concurrency { get; init; }
}

/// <summary>A key, by its hash.</summary>
public sealed record TenantKey
{
    /// <summary>What it is called.</summary>
    [Description("What the key is called, to tell it from others and to revoke it.")]
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the key, 64 hexadecimal digits.</summary>
    [Description("The SHA-256 of the key, in 64 hexadecimal digits.")]
    public required string Sha256 { get; init; }
}
