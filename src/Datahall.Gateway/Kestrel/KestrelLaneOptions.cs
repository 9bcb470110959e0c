namespace Datahall.Gateway.Kestrel;

/// <summary>What the Kestrel lane puts up with.</summary>
public sealed record KestrelLaneOptions
{
    /// <summary>How long a request's head may take, and a TLS handshake or a PROXY header before it.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between two requests.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>The largest head of a request, in bytes, at least 1024.</summary>
    public int MaxHeadBytes { get; init; } = 16 * 1024;

    /// <summary>How many connections there may be at once; further ones are closed. 0: no limit.</summary>
    public long MaxConnections { get; init; }

    /// <summary>Whether <c>X-Forwarded-*</c> of clients is believed and added to. Default: no, it is replaced.</summary>
    public bool TrustForwarded { get; init; }

    /// <summary>How slowly bodies may come and answers be taken, in bytes a second, after five seconds of grace; 0: as slowly as they like.</summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long connections may be idle at a replica before they are closed. Below what common servers of models keep theirs open is best.</summary>
    public TimeSpan UpstreamIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When stopping: how long connections are still taken, while each answer asks its client to leave.</summary>
    public TimeSpan LameDuck { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often certificate files are looked at for changes.</summary>
    public TimeSpan CertificateInterval { get; init; } = TimeSpan.FromSeconds(5);
}
