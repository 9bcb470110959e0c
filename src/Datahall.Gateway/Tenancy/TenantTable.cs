using System.Collections.Frozen;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Tenancy;

/// <summary>Whose key is whose. Immutable.</summary>
internal sealed class TenantTable(IReadOnlyList<TenantState> tenants, FrozenDictionary<KeyHash, TenantState> keys)
{
    private const int LongestKey = 512;

    public static TenantTable Empty { get; } = new([], FrozenDictionary<KeyHash, TenantState>.Empty);

    /// <summary>The tenants, by name.</summary>
    public IReadOnlyList<TenantState> Tenants { get; } = tenants;

    /// <summary>A table of the tenants there are now; those that were there keep what they have used.</summary>
    public TenantTable Next(GatewayConfig config, long now)
    {
        var known = Tenants.ToDictionary(tenant => tenant.Name, StringComparer.Ordinal);
        List<TenantState> next = [];
        var byKey = new Dictionary<KeyHash, TenantState>();
        foreach (var tenant in config.Tenants.OrderBy(tenant => tenant.Name, StringComparer.Ordinal))
        {
            var state = known.GetValueOrDefault(tenant.Name) ?? new TenantState(tenant.Name);
            state.Update(tenant.Spec, Math.Max(1, config.Gateways), now);
            next.Add(state);
            foreach (var hash in tenant.Spec.Keys.Select(static key => KeyHash.Parse(key.Sha256)).OfType<KeyHash>())
            {
                byKey.TryAdd(hash, state);
            }
        }

        return new(next, byKey.ToFrozenDictionary());
    }

    /// <summary>Whose request it is: nobody's when it brings no key that is known.</summary>
    /// <param name="headers">The request's headers: <c>Authorization: Bearer</c>, <c>x-api-key</c> or <c>api-key</c>.</param>
    /// <param name="refusal">Why it may not pass where a key is asked for; null when it may.</param>
    public TenantState Find<THeaders>(in THeaders headers, out Refusal? refusal)
        where THeaders : IHeaderView, allows ref struct
    {
        Span<byte> value = stackalloc byte[LongestKey];
        var key = KeyIn(headers, value);
        refusal = key.IsEmpty ? Refusal.NoKey : Refusal.WrongKey;
        if (key.IsEmpty || keys.Count == 0 || !keys.TryGetValue(KeyHash.Of(key), out var tenant))
        {
            return TenantState.Anonymous;
        }

        refusal = null;
        return tenant;
    }

    private static ReadOnlySpan<byte> KeyIn<THeaders>(in THeaders headers, Span<byte> value)
        where THeaders : IHeaderView, allows ref struct
    {
        if (headers.TryCopy("authorization"u8, value, out var length) && length <= value.Length)
        {
            ReadOnlySpan<byte> credentials = value[..length];
            var blank = credentials.IndexOf((byte)' ');
            return blank > 0 && System.Text.Ascii.EqualsIgnoreCase(credentials[..blank], "bearer"u8) ? credentials[(blank + 1)..].Trim((byte)' ') : default;
        }

        return (headers.TryCopy("x-api-key"u8, value, out length) || headers.TryCopy("api-key"u8, value, out length)) && length <= value.Length
            ? value[..length]
            : default;
    }
}
