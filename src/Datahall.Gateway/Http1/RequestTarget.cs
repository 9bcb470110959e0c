namespace Datahall.Gateway.Http1;

/// <summary>The parts of a request target, as places in the head. Source: RFC 9112 section 3.2.</summary>
internal readonly record struct RequestTarget
{
    /// <summary>Where the target begins.</summary>
    public int Start { get; private init; }

    /// <summary>Its length.</summary>
    public int Length { get; private init; }

    /// <summary>Where the path begins.</summary>
    public int Path { get; private init; }

    /// <summary>Its length without the query.</summary>
    public int PathLength { get; private init; }

    /// <summary>Where the host of the absolute form begins.</summary>
    public int Authority { get; private init; }

    /// <summary>Its length with the port; 0 in the other forms.</summary>
    public int AuthorityLength { get; private init; }

    /// <summary>Reads a target.</summary>
    public static HttpFault Read(ReadOnlySpan<byte> head, int start, int length, RequestMethod method, out RequestTarget target)
    {
        target = default;
        var text = head.Slice(start, length);
        if (text.IsEmpty || text.ContainsAnyExcept(Tokens.Target))
        {
            return text.Contains((byte)'\r') ? HttpFault.BareCarriageReturn : text.Contains((byte)' ') ? HttpFault.RequestLine : HttpFault.Target;
        }

        var authority = 0;
        var authorityLength = 0;
        if (text[0] != '/' && !(text.Length == 1 && text[0] == '*' && method is RequestMethod.Options))
        {
            authority = SchemeLength(text);
            authorityLength = authority == 0 ? 0 : AuthorityEnd(text[authority..]);
            if (authorityLength == 0 || !IsCanonicalHost(text.Slice(authority, authorityLength)))
            {
                return HttpFault.Target;
            }
        }

        var path = text[(authority + authorityLength)..];
        var query = path.IndexOf((byte)'?');
        path = query < 0 ? path : path[..query];
        target = new()
        {
            Start = start,
            Length = length,
            Path = start + authority + authorityLength,
            PathLength = path.Length,
            Authority = start + authority,
            AuthorityLength = authorityLength,
        };
        return CheckPath(path);
    }

    /// <summary>Whether the Host header says what the target says, the port of the scheme aside.</summary>
    public bool AgreesWith(ReadOnlySpan<byte> host, ReadOnlySpan<byte> head)
    {
        var own = head.Slice(Authority, AuthorityLength);
        ReadOnlySpan<byte> standard = Authority - Start == 8 ? ":443"u8 : ":80"u8;
        return Without(own, standard).SequenceEqual(Without(host, standard));
    }

    /// <summary>Whether a text is a host with an optional port. An empty one is, by RFC 9112 section 3.2.</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        int end;
        if (text.StartsWith("["u8))
        {
            end = text.IndexOf((byte)']') + 1;
            if (end < 5 || text[1..(end - 1)].ContainsAnyExcept(Tokens.HostAddress))
            {
                return false;
            }
        }
        else
        {
            end = text.IndexOf((byte)':');
            end = end < 0 ? text.Length : end;
            if (text[..end].ContainsAnyExcept(Tokens.HostName) || (end == 0 && text.Length > 0))
            {
                return false;
            }
        }

        var port = text[end..];
        return port.IsEmpty || (port.Length is > 1 and < 7 && port[0] == ':' && !port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> host, ReadOnlySpan<byte> port) => host.EndsWith(port) ? host[..^port.Length] : host;

    // A host of the absolute form goes into comparisons, so there must be one way only to write it: lower case.
    private static bool IsCanonicalHost(ReadOnlySpan<byte> text) => IsHost(text) && !text.ContainsAnyInRange((byte)'A', (byte)'Z');

    private static int SchemeLength(ReadOnlySpan<byte> text) => text.StartsWith("http://"u8) ? 7 : text.StartsWith("https://"u8) ? 8 : 0;

    private static int AuthorityEnd(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'/', (byte)'?');
        return end < 0 ? rest.Length : end;
    }

    /// <summary>Whether a path is one that the next server could take for another, and that would so pass by the routes: <c>..</c> in any spelling, NUL.</summary>
    internal static HttpFault CheckPath(ReadOnlySpan<byte> path)
    {
        if (path.IndexOf((byte)'%') < 0 && path.IndexOf("/."u8) < 0)
        {
            return HttpFault.None;
        }

        while (!path.IsEmpty)
        {
            var slash = path.IndexOf((byte)'/');
            var segment = slash < 0 ? path : path[..slash];
            path = slash < 0 ? default : path[(slash + 1)..];
            if (CheckSegment(segment) is var fault and not HttpFault.None)
            {
                return fault;
            }
        }

        return HttpFault.None;
    }

    private static HttpFault CheckSegment(ReadOnlySpan<byte> segment)
    {
        var dots = 0;
        var other = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            var letter = segment[i];
            if (letter == '%')
            {
                if (i + 2 >= segment.Length || !char.IsAsciiHexDigit((char)segment[i + 1]) || !char.IsAsciiHexDigit((char)segment[i + 2]))
                {
                    return HttpFault.Target;
                }

                letter = (byte)((Hex(segment[i + 1]) << 4) | Hex(segment[i + 2]));
                i += 2;
                if (letter == 0)
                {
                    return HttpFault.Target;
                }
            }

            _ = letter == '.' ? dots++ : other++;
        }

        return other == 0 && (dots is 1 or 2) ? HttpFault.DotSegments : HttpFault.None;
    }

    private static int Hex(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
