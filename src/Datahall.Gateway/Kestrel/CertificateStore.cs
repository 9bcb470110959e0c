using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Datahall.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Kestrel;

/// <summary>The certificates of a listener, chosen by the name that the client asks for, and read again when their files change.</summary>
/// <remarks>Connections keep the certificate they began with. Files that cannot be read leave the certificate from before in place.</remarks>
internal sealed partial class CertificateStore : IDisposable
{
    private readonly IReadOnlyList<CertificateFiles> files;
    private readonly ILogger<CertificateStore> logger;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly (DateTime Certificate, DateTime Key)[] seen;
    private volatile Entry[] entries;

    /// <summary>Reads the certificates.</summary>
    /// <exception cref="IOException">A file cannot be read, or holds no certificate or key, or one that does not belong to the other.</exception>
    public CertificateStore(IReadOnlyList<CertificateFiles> files, TimeSpan interval, ILogger<CertificateStore> logger)
    {
        (this.files, this.logger) = (files, logger);
        seen = [.. files.Select(Stamp)];
        entries = [.. files.Select(Load)];
        timer = TimeProvider.System.CreateTimer(static self => ((CertificateStore)self!).Refresh(), this, interval, interval);
    }

    /// <summary>What a handshake for a host name uses.</summary>
    /// <param name="host">The name; empty: the client asks for none.</param>
    public SslServerAuthenticationOptions For(string host)
    {
        var present = entries;
        foreach (var entry in present)
        {
            if (host.Length > 0 && entry.Certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: true))
            {
                return entry.Options;
            }
        }

        return present[0].Options;
    }

    /// <summary>Reads the files that have changed.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            Entry[] next = [.. entries];
            for (var i = 0; i < files.Count; i++)
            {
                var stamp = Stamp(files[i]);
                if (stamp == seen[i])
                {
                    continue;
                }

                seen[i] = stamp;
                try
                {
                    next[i] = Load(files[i]);
                    LogLoaded(files[i].Certificate, next[i].Certificate.Subject, next[i].Certificate.NotAfter);
                }
                catch (IOException e) // Half written, perhaps: the next look sees it whole.
                {
                    LogBroken(files[i].Certificate, e.Message);
                }
            }

            entries = next;
        }
    }

    public void Dispose() => timer.Dispose();

    private static (DateTime Certificate, DateTime Key) Stamp(CertificateFiles pair) =>
        (File.GetLastWriteTimeUtc(pair.Certificate), File.GetLastWriteTimeUtc(pair.Key));

    private static Entry Load(CertificateFiles pair)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(pair.Certificate, pair.Key);

            // Windows' TLS cannot use keys that are only in memory.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(pair.Certificate);
            chain.RemoveAt(0);
            return new(certificate, new()
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            });
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"certificate '{pair.Certificate}' with key '{pair.Key}': {e.Message}; both must be PEM files that belong to each other", e);
        }
    }

    [LoggerMessage(7301, LogLevel.Information, "Certificate {File} was read again: {Subject}, valid until {NotAfter}")]
    private partial void LogLoaded(string file, string subject, DateTime notAfter);

    [LoggerMessage(7302, LogLevel.Error, "Certificate {File} changed but cannot be used; the one from before stays: {Problem}")]
    private partial void LogBroken(string file, string problem);

    private sealed record Entry(X509Certificate2 Certificate, SslServerAuthenticationOptions Options);
}
