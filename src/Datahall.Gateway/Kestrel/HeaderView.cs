using System.Text;
using Datahall.Gateway.Routes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Datahall.Gateway.Kestrel;

/// <summary>Kestrel's headers, as routing reads them.</summary>
internal readonly struct HeaderView(IHeaderDictionary headers) : IHeaderView
{
    public bool TryCopy(scoped ReadOnlySpan<byte> name, scoped Span<byte> destination, out int length)
    {
        length = 0;
        if (!headers.TryGetValue(NameOf(name), out var values) || values.Count == 0 || values[0] is not { } value)
        {
            return false;
        }

        length = value.Length;
        if (length <= destination.Length)
        {
            Encoding.Latin1.GetBytes(value, destination);
        }

        return true;
    }

    // Those asked for with nearly every request cost no allocation.
    private static string NameOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("traceparent"u8) ? HeaderNames.TraceParent
        : name.SequenceEqual("authorization"u8) ? HeaderNames.Authorization
        : name.SequenceEqual("x-api-key"u8) ? "x-api-key"
        : name.SequenceEqual("api-key"u8) ? "api-key"
        : name.SequenceEqual("cookie"u8) ? HeaderNames.Cookie
        : Encoding.ASCII.GetString(name);
}
