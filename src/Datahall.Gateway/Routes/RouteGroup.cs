using System.Collections.Frozen;
using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Routes;

/// <summary>Routes of one host, path and protocol; the model decides between them.</summary>
internal sealed class RouteGroup
{
    private const string Any = "*";
    private const int LongestModel = 200;

    private readonly byte[] path;
    private readonly bool pathEndsInSlash;
    private readonly (byte[] Name, byte[] Value)[] headers;
    private readonly FrozenDictionary<string, Route> models;
    private readonly FrozenDictionary<string, Route>.AlternateLookup<ReadOnlySpan<char>> modelsBySpan;
    private readonly Route? anyModel;

    public RouteGroup(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        var spec = routes[0].Spec;
        Protocol = spec.Protocol;
        path = Encoding.UTF8.GetBytes(spec.Path);
        pathEndsInSlash = path[^1] is (byte)'/';
        headers = [.. spec.Headers.Select(static header => (Encoding.ASCII.GetBytes(header.Key.ToLowerInvariant()), Encoding.ASCII.GetBytes(header.Value)))];
        var named = new Dictionary<string, Route>(StringComparer.Ordinal);
        foreach (var (model, route) in routes.SelectMany(static route => route.Models.Select(model => (model, route))).Where(static pair => pair.model != Any))
        {
            named.TryAdd(model, route);
        }

        models = named.ToFrozenDictionary(StringComparer.Ordinal);
        modelsBySpan = models.GetAlternateLookup<ReadOnlySpan<char>>();
        anyModel = routes.FirstOrDefault(static route => route.Models.Contains(Any, StringComparer.Ordinal));
    }

    /// <summary>The routes, by name.</summary>
    public IReadOnlyList<Route> Routes { get; }

    public RouteProtocol Protocol { get; }

    public int PathLength => path.Length;

    public int HeaderCount => headers.Length;

    /// <summary>The models that are named, by name.</summary>
    public IEnumerable<KeyValuePair<string, Route>> Models => models.OrderBy(static model => model.Key, StringComparer.Ordinal);

    /// <summary>What comes after the group's path, from a <c>/</c> on.</summary>
    public ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> requested) => requested[(pathEndsInSlash ? path.Length - 1 : path.Length)..];

    /// <summary>Whether path, headers and, of a protocol with models, the kind of path are this group's.</summary>
    public bool Takes<THeaders>(in RequestFacts facts, in THeaders view)
        where THeaders : IHeaderView, allows ref struct
    {
        if (!facts.Path.StartsWith(path) || (!pathEndsInSlash && facts.Path.Length > path.Length && facts.Path[path.Length] is not (byte)'/'))
        {
            return false;
        }

        return HasHeaders(view) && Protocol switch
        {
            RouteProtocol.Oip => OipPath.IsOne(Rest(facts.Path)),
            RouteProtocol.OpenAI => OpenAIPath.IsOne(Rest(facts.Path)),
            _ => true,
        };
    }

    /// <summary>The route of a model; null when none has it.</summary>
    public Route? Of(ReadOnlySpan<byte> model)
    {
        if (model.Length is 0 or > LongestModel)
        {
            return null;
        }

        Span<char> name = stackalloc char[LongestModel];
        for (var i = 0; i < model.Length; i++)
        {
            name[i] = (char)model[i]; // Names of models are ASCII; what is not matches none.
        }

        return modelsBySpan.TryGetValue(name[..model.Length], out var route) ? route : anyModel;
    }

    /// <summary>The route of a request that names no model: the only one there is.</summary>
    public Route? OfNone() => Routes.Count == 1 ? Routes[0] : anyModel;

    private bool HasHeaders<THeaders>(in THeaders view)
        where THeaders : IHeaderView, allows ref struct
    {
        Span<byte> found = stackalloc byte[256];
        foreach (var (name, value) in headers)
        {
            if (!view.TryCopy(name, found, out var length) || length > found.Length || !found[..length].SequenceEqual(value))
            {
                return false;
            }
        }

        return true;
    }
}
