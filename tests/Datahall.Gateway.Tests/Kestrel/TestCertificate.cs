using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Datahall.Gateway.Hosting;

namespace Datahall.Gateway.Tests.Kestrel;

/// <summary>Certificate and key of a test, as files in a directory of its own.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("datahall-tls-");
    private int written;

    public TestCertificate(string host) => Write(host);

    public CertificateFiles Files => new(Path.Combine(directory.FullName, "cert.pem"), Path.Combine(directory.FullName, "key.pem"));

    public void Write(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(from, from.AddYears(100));
        WriteText(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void WriteText(string certificate, string key)
    {
        File.WriteAllText(Files.Certificate, certificate);
        File.WriteAllText(Files.Key, key);

        // However coarse the clock of the file system is, the files look newer than before.
        var stamp = new DateTime(2021, 1, 1, 0, 0, ++written, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Files.Certificate, stamp);
        File.SetLastWriteTimeUtc(Files.Key, stamp);
    }

    public void Dispose() => directory.Delete(recursive: true);
}
