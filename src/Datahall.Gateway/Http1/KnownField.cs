using System.Text;

namespace Datahall.Gateway.Http1;

/// <summary>The fields that mean something to the gateway.</summary>
internal enum KnownField : byte
{
    None,
    Host,
    ContentLength,
    TransferEncoding,
    Connection,
    KeepAlive,
    ProxyConnection,
    ProxyAuthenticate,
    ProxyAuthorization,
    Te,
    Trailer,
    Upgrade,
    Expect,
    Authorization,
    Cookie,
    ContentType,
    ForwardedFor,
    ForwardedProto,
    ForwardedHost,
    Forwarded,
    TraceParent,
    RetryAfter,
    Date,
    Server,
}

/// <summary>Finds known fields by name.</summary>
internal static class KnownFields
{
    /// <summary>How many there are, with <see cref="KnownField.None"/>.</summary>
    public const int Count = (int)KnownField.Server + 1;

    private const int LowerCase = 0x20;

    private static readonly (byte[] Name, KnownField Field)[][] ByLength = Build();

    /// <summary>The field of that name, whatever its case; <see cref="KnownField.None"/> for all others.</summary>
    public static KnownField Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < ByLength.Length)
        {
            var initial = name.IsEmpty ? 0 : name[0] | LowerCase;
            foreach (var (known, field) in ByLength[name.Length])
            {
                if (known[0] == initial && Ascii.EqualsIgnoreCase(name, known))
                {
                    return field;
                }
            }
        }

        return KnownField.None;
    }

    /// <summary>Whether a field is for the next hop only (RFC 9110 section 7.6.1), or one that a proxy consumes.</summary>
    public static bool IsHopByHop(KnownField field) => field is KnownField.Connection or KnownField.KeepAlive or KnownField.ProxyConnection
        or KnownField.ProxyAuthenticate or KnownField.ProxyAuthorization or KnownField.Te or KnownField.TransferEncoding or KnownField.Upgrade;

    private static (byte[], KnownField)[][] Build()
    {
        (string Name, KnownField Field)[] all =
        [
            ("host", KnownField.Host), ("content-length", KnownField.ContentLength), ("transfer-encoding", KnownField.TransferEncoding),
            ("connection", KnownField.Connection), ("keep-alive", KnownField.KeepAlive), ("proxy-connection", KnownField.ProxyConnection),
            ("proxy-authenticate", KnownField.ProxyAuthenticate), ("proxy-authorization", KnownField.ProxyAuthorization),
            ("te", KnownField.Te), ("trailer", KnownField.Trailer), ("upgrade", KnownField.Upgrade), ("expect", KnownField.Expect),
            ("authorization", KnownField.Authorization), ("cookie", KnownField.Cookie), ("content-type", KnownField.ContentType),
            ("x-forwarded-for", KnownField.ForwardedFor), ("x-forwarded-proto", KnownField.ForwardedProto),
            ("x-forwarded-host", KnownField.ForwardedHost), ("forwarded", KnownField.Forwarded), ("traceparent", KnownField.TraceParent),
            ("retry-after", KnownField.RetryAfter), ("date", KnownField.Date), ("server", KnownField.Server),
        ];
        var longest = all.Max(static entry => entry.Name.Length);
        return [.. Enumerable.Range(0, longest + 1).Select(length => all.Where(entry => entry.Name.Length == length)
            .Select(static entry => (Encoding.ASCII.GetBytes(entry.Name), entry.Field)).ToArray())];
    }
}
