namespace Datahall.Gateway.Http1;

/// <summary>The methods that mean something to the gateway.</summary>
internal enum RequestMethod : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Patch,
    Trace,
}

/// <summary>The head of a request, strictly read.</summary>
/// <remarks>Source: RFC 9112 with every choice that it leaves to servers taken the strict way.</remarks>
internal sealed class RequestHead(HeadLimits limits) : Head(limits)
{
    private int methodStart;
    private int methodLength;
    private RequestTarget target;

    /// <summary>Which method it is.</summary>
    public RequestMethod Method { get; private set; }

    /// <summary>Whether the client waits for 100 before it sends the body.</summary>
    public bool ExpectsContinue { get; private set; }

    /// <summary>Whether the client wants to change the protocol, as WebSocket does. An upgrade to HTTP/2 is not seen as one.</summary>
    public bool WantsUpgrade { get; private set; }

    /// <inheritdoc/>
    protected override bool ForgivesEmptyLine => true;

    /// <summary>The method.</summary>
    public ReadOnlySpan<byte> MethodIn(ReadOnlySpan<byte> head) => head.Slice(methodStart, methodLength);

    /// <summary>The target as it was sent.</summary>
    public ReadOnlySpan<byte> TargetIn(ReadOnlySpan<byte> head) => head.Slice(target.Start, target.Length);

    /// <summary>The path without the query; <c>*</c> for the asterisk form; empty for a URL without path.</summary>
    public ReadOnlySpan<byte> PathIn(ReadOnlySpan<byte> head) => head.Slice(target.Path, target.PathLength);

    /// <summary>The query with its question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> QueryIn(ReadOnlySpan<byte> head) => head[(target.Path + target.PathLength)..(target.Start + target.Length)];

    /// <summary>The host with its port, as it was sent; empty when there is none.</summary>
    public ReadOnlySpan<byte> HostIn(ReadOnlySpan<byte> head) => Fields.Value(KnownField.Host, head);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        (Method, ExpectsContinue, WantsUpgrade, target) = (RequestMethod.Other, false, false, default);
    }

    /// <inheritdoc/>
    protected override HttpFault StartLine(ReadOnlySpan<byte> head, int start, int length)
    {
        var line = head.Slice(start, length);
        var space = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (space <= 0 || last == space)
        {
            return line.Contains((byte)'\r') ? HttpFault.BareCarriageReturn : HttpFault.RequestLine;
        }

        var method = line[..space];
        (methodStart, methodLength, Method) = (start, space, MethodOf(method));
        if (method.ContainsAnyExcept(Tokens.Token))
        {
            return HttpFault.Method;
        }

        var version = ReadVersion(line[(last + 1)..], line);
        if (version is not HttpFault.None)
        {
            return version;
        }

        if (method.SequenceEqual("CONNECT"u8))
        {
            return HttpFault.ConnectUnsupported;
        }

        return RequestTarget.Read(head, start + space + 1, last - space - 1, Method, out target);
    }

    /// <inheritdoc/>
    protected override HttpFault Finish(ReadOnlySpan<byte> head)
    {
        if (CheckHost(head) is var host and not HttpFault.None)
        {
            return host;
        }

        if (ReadFraming(head) is var framing and not HttpFault.None)
        {
            return framing;
        }

        if (Minor == 0 && ContentLength < 0 && Method is (RequestMethod.Post or RequestMethod.Put))
        {
            return HttpFault.ContentLengthMissing; // RFC 1945 section 7.2.2: the body might else last as long as the connection.
        }

        KeepAlive = !Fields.Lists(KnownField.Connection, "close"u8, head)
            && (Minor == 1 || Fields.Lists(KnownField.Connection, "keep-alive"u8, head));
        // h2c would make the replica speak a protocol that nobody here looks into.
        WantsUpgrade = Minor == 1 && Fields.Has(KnownField.Upgrade) && Fields.Lists(KnownField.Connection, "upgrade"u8, head)
            && !Fields.Lists(KnownField.Upgrade, "h2c"u8, head);
        return CheckExpectation(head);
    }

    private static RequestMethod MethodOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 => name.SequenceEqual("GET"u8) ? RequestMethod.Get : name.SequenceEqual("PUT"u8) ? RequestMethod.Put : RequestMethod.Other,
        4 => name.SequenceEqual("POST"u8) ? RequestMethod.Post : name.SequenceEqual("HEAD"u8) ? RequestMethod.Head : RequestMethod.Other,
        5 => name.SequenceEqual("PATCH"u8) ? RequestMethod.Patch : name.SequenceEqual("TRACE"u8) ? RequestMethod.Trace : RequestMethod.Other,
        6 => name.SequenceEqual("DELETE"u8) ? RequestMethod.Delete : RequestMethod.Other,
        7 => name.SequenceEqual("OPTIONS"u8) ? RequestMethod.Options : RequestMethod.Other,
        _ => RequestMethod.Other,
    };

    private HttpFault ReadVersion(ReadOnlySpan<byte> version, ReadOnlySpan<byte> line)
    {
        if (version.SequenceEqual("HTTP/1.1"u8) || version.SequenceEqual("HTTP/1.0"u8))
        {
            Minor = version[7] - '0';
            return HttpFault.None;
        }

        if (line.SequenceEqual("PRI * HTTP/2.0"u8))
        {
            return HttpFault.Http2Preface;
        }

        if (line.Contains((byte)'\r'))
        {
            return HttpFault.BareCarriageReturn;
        }

        var isVersion = version.Length == 8 && version.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)version[5]) && version[6] == '.'
            && char.IsAsciiDigit((char)version[7]);
        return isVersion ? HttpFault.VersionUnsupported : HttpFault.Version;
    }

    private HttpFault CheckHost(ReadOnlySpan<byte> head)
    {
        if (!Fields.Has(KnownField.Host))
        {
            return Minor == 0 && target.AuthorityLength == 0 ? HttpFault.None : HttpFault.HostMissing;
        }

        if (Fields.IsRepeated(KnownField.Host))
        {
            return HttpFault.HostRepeated;
        }

        var host = Fields.Value(KnownField.Host, head);
        if (!RequestTarget.IsHost(host))
        {
            return HttpFault.Host;
        }

        return target.AuthorityLength == 0 || target.AgreesWith(host, head) ? HttpFault.None : HttpFault.HostMismatch;
    }

    private HttpFault CheckExpectation(ReadOnlySpan<byte> head)
    {
        if (!Fields.Has(KnownField.Expect) || Minor == 0)
        {
            return HttpFault.None; // RFC 9110 section 10.1.1: in HTTP/1.0 it is ignored.
        }

        ExpectsContinue = true;
        var only = !Fields.IsRepeated(KnownField.Expect) && Tokens.Is(Fields.Value(KnownField.Expect, head), "100-continue"u8);
        return only ? HttpFault.None : HttpFault.Expectation;
    }
}
