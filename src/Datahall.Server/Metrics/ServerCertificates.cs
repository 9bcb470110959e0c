using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Datahall.Server.Metrics;

/// <summary>The certificates that the server and its gateway show.</summary>
/// <param name="api">The API's; null: it is not encrypted.</param>
/// <param name="gateway">The files of the gateway's, which takes them up again when they change.</param>
internal sealed class ServerCertificates(X509Certificate2? api, IReadOnlyList<string> gateway)
{
    /// <summary>When each ends. One that cannot be read is left out: the gateway goes on with what it read before, and says so.</summary>
    public IEnumerable<(string Name, DateTimeOffset End)> Ends()
    {
        if (api is not null)
        {
            yield return ("api", api.NotAfter);
        }

        foreach (var file in gateway)
        {
            if (EndOf(file) is { } end)
            {
                yield return (file, end);
            }
        }
    }

    private static DateTimeOffset? EndOf(string file)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return certificate.NotAfter;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
