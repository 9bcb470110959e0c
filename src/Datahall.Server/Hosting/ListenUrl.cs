using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Datahall.Server.Hosting;

/// <summary>Where the server listens.</summary>
/// <param name="Url">The URL as it was given.</param>
/// <param name="Certificate">The certificate for https.</param>
internal sealed record ListenUrl(Uri Url, X509Certificate2? Certificate)
{
    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback => Url.IsLoopback;

    /// <summary>Reads the options.</summary>
    /// <exception cref="ServerStartException">They make no sense together.</exception>
    public static ListenUrl Of(ServerOptions options)
    {
        if (!Uri.TryCreate(options.Listen, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/")
        {
            throw new ServerStartException($"'{options.Listen}' is not a URL to listen on; write it like http://127.0.0.1:7070");
        }

        if (url.Scheme == "http")
        {
            return options.TlsCertificate is null
                ? new(url, null)
                : throw new ServerStartException($"a certificate is given, but {options.Listen} is not encrypted: listen on https");
        }

        if (options.TlsCertificate is null)
        {
            throw new ServerStartException($"{options.Listen} needs a certificate: give --tls-cert and --tls-key, PEM files");
        }

        try
        {
            return new(url, X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsKey ?? options.TlsCertificate));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerStartException($"the certificate {options.TlsCertificate} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Has Kestrel listen here.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        if (IPAddress.TryParse(Url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, Url.Port, Secure);
        }
        else if (Url.IsLoopback && Url.Port != 0)
        {
            kestrel.ListenLocalhost(Url.Port, Secure);
        }
        else if (Url.IsLoopback)
        {
            kestrel.Listen(IPAddress.Loopback, 0, Secure);
        }
        else
        {
            // A host name says how others reach this machine, not which of its addresses to bind.
            kestrel.ListenAnyIP(Url.Port, Secure);
        }
    }

    /// <summary>The URL by which this machine reaches the server at the port that was bound.</summary>
    public Uri Reachable(int port) => new UriBuilder(Url)
    {
        Host = Url.Host is "0.0.0.0" ? "127.0.0.1" : Url.Host is "[::]" ? "[::1]" : Url.Host is "localhost" && Url.Port == 0 ? "127.0.0.1" : Url.Host,
        Port = port,
    }.Uri;

    private void Secure(ListenOptions endpoint)
    {
        if (Certificate is not null)
        {
            endpoint.UseHttps(Certificate);
        }
    }
}
