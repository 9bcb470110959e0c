using System.Buffers.Text;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Dispatch;

/// <summary>Finds the gateway's own cookie among a request's cookies.</summary>
internal static class SessionCookies
{
    private const int LongestCookies = 4096;
    private const int Digits = 16;

    /// <summary>The session that the cookie names; 0: none.</summary>
    public static ulong Read<THeaders>(in THeaders headers)
        where THeaders : IHeaderView, allows ref struct
    {
        Span<byte> value = stackalloc byte[LongestCookies];
        if (!headers.TryCopy("cookie"u8, value, out var length) || length > value.Length)
        {
            return 0;
        }

        ReadOnlySpan<byte> rest = value[..length];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)';');
            var pair = (end < 0 ? rest : rest[..end]).Trim((byte)' ');
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.Length == Exchange.SessionCookie.Length + 1 + Digits && pair.StartsWith(Exchange.SessionCookie) && pair[Exchange.SessionCookie.Length] is (byte)'='
                && Utf8Parser.TryParse(pair[(Exchange.SessionCookie.Length + 1)..], out ulong session, out var read, 'x') && read == Digits)
            {
                return session;
            }
        }

        return 0;
    }
}
