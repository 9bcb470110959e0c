using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Datahall.Gateway.Kestrel;

/// <summary>Headers that concern one connection only and go no further. Source: RFC 9110, section 7.6.1.</summary>
internal static class HopHeaders
{
    private static readonly FrozenSet<string> always = FrozenSet.ToFrozenSet(
        [
            HeaderNames.Connection, HeaderNames.KeepAlive, "Proxy-Connection", HeaderNames.TransferEncoding, HeaderNames.TE, HeaderNames.Trailer,
            HeaderNames.Upgrade, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, "HTTP2-Settings",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header is always of one connection only.</summary>
    public static bool Are(string name) => always.Contains(name);

    /// <summary>The headers that <c>Connection</c> names besides; null: none.</summary>
    public static HashSet<string>? NamedBy(in StringValues connection)
    {
        HashSet<string>? named = null;
        foreach (var value in connection)
        {
            foreach (var range in (value ?? "").AsSpan().Split(','))
            {
                var token = value.AsSpan()[range].Trim();
                if (!token.IsEmpty && !token.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) && !token.Equals("close", StringComparison.OrdinalIgnoreCase))
                {
                    (named ??= new(StringComparer.OrdinalIgnoreCase)).Add(token.ToString());
                }
            }
        }

        return named;
    }
}
