using System.Net;
using System.Net.Sockets;

namespace Datahall.Gateway.Hosting;

/// <summary>A place where requests come in.</summary>
public sealed record ListenerOptions
{
    /// <summary>The IP address; <c>0.0.0.0</c> and <c>::</c> are all of this machine.</summary>
    public string Address { get; init; } = "0.0.0.0";

    /// <summary>The TCP port; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The path of a Unix domain socket, instead of address and port; null: none.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>The certificates, one for each host name or several names each; the first one is for clients that name no host, or another. Empty: no TLS.</summary>
    public IReadOnlyList<CertificateFiles> Certificates { get; init; } = [];

    /// <summary>Whether each connection begins with a PROXY protocol header, version 1 or 2, that says who the client is.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>The lane that serves it.</summary>
    public ListenerLane Lane { get; init; }

    /// <summary>Whether connections are encrypted.</summary>
    public bool IsTls => Certificates.Count > 0;

    /// <summary>Where it listens.</summary>
    /// <exception cref="ArgumentException">The address is no IP address, or the port is none.</exception>
    public EndPoint EndPoint => UnixSocket is { } path ? new UnixDomainSocketEndPoint(path) : Ip();

    private IPEndPoint Ip()
    {
        if (!IPAddress.TryParse(Address, out var address))
        {
            throw new ArgumentException($"listener: '{Address}' is no IP address; write one such as 0.0.0.0, 127.0.0.1 or ::");
        }

        return Port is >= 0 and <= ushort.MaxValue
            ? new(address, Port)
            : throw new ArgumentException($"listener on {Address}: port {Port} is not between 0 and {ushort.MaxValue}");
    }
}

/// <summary>A certificate and its key, by PEM files. They are read again when they change.</summary>
/// <param name="Certificate">The path of the certificate, followed in the file by those that lead to its root.</param>
/// <param name="Key">The path of the private key.</param>
public sealed record CertificateFiles(string Certificate, string Key);

/// <summary>A way in which a listener's requests are carried.</summary>
public enum ListenerLane
{
    /// <summary>The epoll lane for plaintext on Linux, Kestrel for the rest.</summary>
    Auto,

    /// <summary>Kestrel: everything, on every platform.</summary>
    Kestrel,

    /// <summary>Epoll: plaintext HTTP/1.1 on Linux; what it cannot do goes through Kestrel.</summary>
    Epoll,
}
