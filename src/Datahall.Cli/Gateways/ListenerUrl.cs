using System.Net;
using Datahall.Gateway.Hosting;

namespace Datahall.Cli.Gateways;

/// <summary>Where a gateway listens, as users write it.</summary>
internal static class ListenerUrl
{
    /// <summary>Reads <c>http://ADDRESS:PORT</c> or <c>https://…</c>.</summary>
    /// <exception cref="CommandFailure">It is something else, or https without a certificate.</exception>
    public static ListenerOptions Read(string text, IReadOnlyList<CertificateFiles> certificates)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery is not "/")
        {
            throw CommandFailure.Usage($"'{text}' is no place to take requests at; write http://ADDRESS:PORT or https://ADDRESS:PORT");
        }

        var host = url.Host.Trim('[', ']');
        if (!IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
        {
            throw CommandFailure.Usage($"'{host}' in '{text}' is no IP address of this machine; 0.0.0.0 takes requests at all of them");
        }

        if (url.Scheme == "https" && certificates.Count == 0)
        {
            throw CommandFailure.Usage($"'{text}' needs --tls-cert FILE and --tls-key FILE");
        }

        return new() { Address = address.ToString(), Port = url.Port, Certificates = url.Scheme == "https" ? certificates : [] };
    }
}
