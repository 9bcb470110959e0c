using System.Collections.Frozen;
using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Routes;

/// <summary>Which route takes a request. Immutable; looked up without allocation.</summary>
/// <remarks>
/// An exact host wins over the longest wildcard, that over any host; then the longest path, then the most headers, then the name. Where no route of an
/// exact host matches, those of wildcards and of any host are asked. Routes of a protocol that names models stand together: the model decides between them.
/// </remarks>
internal sealed class RoutingTable
{
    private const int LongestHost = 255;

    private readonly FrozenDictionary<string, RouteGroup[]> exact;
    private readonly FrozenDictionary<string, RouteGroup[]>.AlternateLookup<ReadOnlySpan<char>> exactBySpan;
    private readonly (string Suffix, RouteGroup[] Groups)[] wildcards;
    private readonly RouteGroup[] anyHost;

    /// <summary>A table of routes.</summary>
    public RoutingTable(IReadOnlyCollection<Route> routes)
    {
        Routes = [.. routes.OrderBy(route => route.Name, StringComparer.Ordinal)];
        var hosts = Routes.SelectMany(route => route.Spec.Hosts).Distinct(StringComparer.Ordinal).ToList();
        anyHost = Groups([.. Routes.Where(route => route.Spec.Hosts.Count == 0)]);
        wildcards = [.. hosts.Where(IsWildcard).OrderByDescending(host => host.Length).Select(host => (host[1..], Under(host)))];
        exact = hosts.Where(host => !IsWildcard(host)).ToFrozenDictionary(host => host, Under, StringComparer.Ordinal);
        exactBySpan = exact.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The routes, by name.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Finds the routes that take a request: one, or several between which the model decides.</summary>
    /// <returns>The group; null when no route takes it.</returns>
    public RouteGroup? Find<THeaders>(in RequestFacts facts, in THeaders headers)
        where THeaders : IHeaderView, allows ref struct
    {
        foreach (var group in OfHost(facts.Host))
        {
            if (group.Takes(facts, headers))
            {
                return group;
            }
        }

        return null;
    }

    private RouteGroup[] OfHost(ReadOnlySpan<byte> host)
    {
        if (host.IsEmpty || host.Length > LongestHost || (exact.Count == 0 && wildcards.Length == 0))
        {
            return anyHost;
        }

        Span<char> lower = stackalloc char[LongestHost];
        lower = lower[..host.Length];
        for (var i = 0; i < host.Length; i++)
        {
            lower[i] = char.ToLowerInvariant((char)host[i]);
        }

        if (exactBySpan.TryGetValue(lower, out var groups))
        {
            return groups;
        }

        foreach (var (suffix, found) in wildcards)
        {
            if (lower.Length > suffix.Length && lower.EndsWith(suffix, StringComparison.Ordinal))
            {
                return found;
            }
        }

        return anyHost;
    }

    private static bool IsWildcard(string host) => host.StartsWith("*.", StringComparison.Ordinal);

    // What a host's requests are held against, in order: its own routes, those of wildcards that cover it, those of any host.
    private RouteGroup[] Under(string host)
    {
        var name = IsWildcard(host) ? host[1..] : host;
        List<RouteGroup> groups = [.. Groups([.. Routes.Where(route => route.Spec.Hosts.Contains(host, StringComparer.Ordinal))])];
        var covering = Routes.SelectMany(route => route.Spec.Hosts)
            .Where(wildcard => IsWildcard(wildcard) && wildcard != host && name.Length > wildcard.Length - 1 && name.EndsWith(wildcard[1..], StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).OrderByDescending(wildcard => wildcard.Length);
        foreach (var wildcard in covering)
        {
            groups.AddRange(Groups([.. Routes.Where(route => route.Spec.Hosts.Contains(wildcard, StringComparer.Ordinal))]));
        }

        return [.. groups, .. anyHost];
    }

    private static RouteGroup[] Groups(IReadOnlyList<Route> routes) =>
    [
        .. routes.GroupBy(KeyOf)
            .Select(static group => new RouteGroup([.. group]))
            .OrderByDescending(static group => group.PathLength)
            .ThenByDescending(static group => group.HeaderCount)
            .ThenBy(static group => group.Protocol is RouteProtocol.Http) // The paths of a protocol before those of anybody.
            .ThenBy(static group => group.Routes[0].Name, StringComparer.Ordinal),
    ];

    // Routes that differ in nothing but their models stand together; plain ones stand alone, the first by name wins.
    private static string KeyOf(Route route)
    {
        var key = new StringBuilder().Append(route.Spec.Protocol).Append('\n').Append(route.Spec.Path);
        foreach (var (name, value) in route.Spec.Headers.OrderBy(static header => header.Key, StringComparer.Ordinal))
        {
            key.Append('\n').Append(name.ToLowerInvariant()).Append(':').Append(value);
        }

        return route.Spec.Protocol is RouteProtocol.Http ? key.Append('\n').Append(route.Name).ToString() : key.ToString();
    }
}
