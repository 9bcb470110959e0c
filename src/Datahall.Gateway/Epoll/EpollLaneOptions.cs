using System.Net;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Epoll;

/// <summary>How the lane for plaintext HTTP/1.1 on Linux works.</summary>
public sealed record EpollLaneOptions
{
    /// <summary>Where it listens. Port 0: any free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>How many threads, each with connections of its own. Default: one for each processor.</summary>
    public int Shards { get; init; } = Environment.ProcessorCount;

    /// <summary>How many clients may be connected; further ones wait in the kernel. Default 65,536.</summary>
    public int Connections { get; init; } = 65_536;

    /// <summary>How many connections may wait in the kernel, for each shard. Default 4,096; the system may have a lower limit.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>How much memory all buffers may take together, in bytes. Default 1 GiB.</summary>
    public long BufferBytes { get; init; } = 1L << 30;

    /// <summary>How large heads may be, of requests and of answers.</summary>
    public HeadLimits Head { get; init; } = new();

    /// <summary>How much of a body is looked through for the name of the model, in bytes. Default 4 MiB.</summary>
    public int PeekBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a request's head may take, from its first byte, or a body that is waited for before the request is sent on. Default 30 s.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may keep its connection without a request. Default 75 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long a connection to a replica is kept without a request. Default 60 s; a shorter <c>Keep-Alive: timeout</c> of the replica is obeyed.</summary>
    public TimeSpan UpstreamKeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long what a client still sends after its last answer is taken and dropped, so that the answer reaches it. Default 2 s.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long connections are still taken when the lane goes down, while each answer says that its connection ends: so no request meets a closed
    /// connection. Default 500 ms.
    /// </summary>
    public TimeSpan DrainNotice { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether a client that has ended its side after the request still gets its answer. Default: no, it counts as gone and the replica's work is ended:
    /// nothing else tells that a client has given up.
    /// </summary>
    public bool AnswerHalfClosed { get; init; }

    /// <summary>Whether each connection begins with a PROXY protocol header, version 1 or 2, that names the client. Default: no.</summary>
    public bool ExpectProxyHeader { get; init; }

    /// <summary>Whether <c>X-Forwarded-*</c> of clients is believed and added to. Default: no, it is replaced.</summary>
    public bool TrustForwarded { get; init; }

    /// <summary>
    /// Where requests go that this lane cannot serve: routes that fan out, and HTTP/2. The connection is handed over from that request on, with a PROXY
    /// protocol header of version 1 before it. Null: they are refused.
    /// </summary>
    public EndPoint? Relay { get; init; }

    /// <summary>Whether sends that are due at the same time go to the kernel in one call, if it has one for that. Default: yes.</summary>
    internal bool SendsTogether { get; init; } = true;
}
