namespace Datahall.Gateway.Kestrel;

/// <summary>What a request asks for, as it was sent.</summary>
/// <param name="Path">The path, without the query.</param>
/// <param name="Query">The query with its <c>?</c>; empty: none.</param>
internal readonly record struct Target(string Path, string Query)
{
    /// <summary>Path and query.</summary>
    public string Whole => Query.Length == 0 ? Path : Path + Query;

    /// <summary>Reads the origin and the absolute form (RFC 9112, section 3.2). Anything else has a path that no route takes.</summary>
    public static Target Parse(string raw)
    {
        var start = 0;
        if (!raw.StartsWith('/'))
        {
            var authority = raw.IndexOf("://", StringComparison.Ordinal);
            if (authority < 0)
            {
                return new(raw, "");
            }

            start = raw.IndexOfAny(['/', '?'], authority + 3);
            if (start < 0)
            {
                return new("/", "");
            }
        }

        var query = raw.IndexOf('?', start);
        var path = query < 0 ? raw[start..] : raw[start..query];
        return new(path.Length == 0 ? "/" : path, query < 0 ? "" : raw[query..]);
    }

    /// <summary>The path that a replica sees: without the route's in front when it says so.</summary>
    public string Without(string prefix)
    {
        var rest = Path.StartsWith(prefix, StringComparison.Ordinal) ? Path[prefix.TrimEnd('/').Length..] : Path;
        return rest.StartsWith('/') ? rest : "/" + rest;
    }
}
