using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Datahall.Gateway.Kestrel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class TlsTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Requests_come_over_TLS_in_either_version(string version)
    {
        using var certificate = new TestCertificate("localhost");
        await using var backend = await Backend.StartAsync(static http => http.Response.WriteAsync(http.Request.Headers["X-Forwarded-Proto"].ToString()));
        await using var lane = await LaneFixture.StartAsync(null, new Hosting.ListenerOptions { Address = "127.0.0.1", Certificates = [certificate.Files] });
        lane.Route("svc", new(), backend.EndPoint);
        using var handler = new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = IsOfTests } };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{lane.Port}/") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, cancellation);

        Assert.Equal(Version.Parse(version), answer.Version);
        Assert.Equal("https", await answer.Content.ReadAsStringAsync(cancellation));
    }

    [Fact]
    public async Task The_certificate_is_that_of_the_name_and_the_first_one_for_others()
    {
        using var one = new TestCertificate("one.test");
        using var two = new TestCertificate("two.test");
        await using var lane = await LaneFixture.StartAsync(null, new Hosting.ListenerOptions { Address = "127.0.0.1", Certificates = [one.Files, two.Files] });

        Assert.Equal("CN=two.test", await SubjectAsync(lane.Port, "two.test"));
        Assert.Equal("CN=one.test", await SubjectAsync(lane.Port, "one.test"));
        Assert.Equal("CN=one.test", await SubjectAsync(lane.Port, "other.test"));
    }

    [Fact]
    public void A_changed_certificate_is_read_again_and_a_broken_one_leaves_the_old()
    {
        using var certificate = new TestCertificate("old.test");
        using var store = new CertificateStore([certificate.Files], TimeSpan.FromHours(1), NullLogger<CertificateStore>.Instance);

        certificate.Write("new.test");
        store.Refresh();
        var changed = SubjectOf(store);
        certificate.WriteText("no certificate", "no key");
        store.Refresh();
        var broken = SubjectOf(store);
        certificate.Write("mended.test");
        store.Refresh();

        Assert.Equal(["CN=new.test", "CN=new.test", "CN=mended.test"], [changed, broken, SubjectOf(store)]);
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_at_the_start_is_told_with_its_file()
    {
        using var certificate = new TestCertificate("a.test");
        certificate.WriteText("no certificate", "no key");

        var failure = Assert.Throws<IOException>(() => new CertificateStore([certificate.Files], TimeSpan.FromHours(1), NullLogger<CertificateStore>.Instance));

        Assert.Contains(certificate.Files.Certificate, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lane_does_not_start_with_a_broken_certificate_or_on_a_port_in_use()
    {
        using var certificate = new TestCertificate("a.test");
        certificate.WriteText("no certificate", "no key");
        await using var running = await LaneFixture.StartAsync();
        await using var broken = new KestrelLane(running.Dispatcher, new(), NullLoggerFactory.Instance);
        await using var second = new KestrelLane(running.Dispatcher, new(), NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<IOException>(() => broken.StartAsync([new() { Address = "127.0.0.1", Certificates = [certificate.Files] }], cancellation));
        await Assert.ThrowsAsync<IOException>(() => second.StartAsync([new() { Address = "127.0.0.1", Port = running.Port }], cancellation));
    }

    // Certificates of the tests have no root.
    private static bool IsOfTests(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is { Subject: "CN=localhost" or "CN=one.test" or "CN=two.test" };

    private static string SubjectOf(CertificateStore store) => store.For("").ServerCertificateContext!.TargetCertificate.Subject;

    private static async Task<string> SubjectAsync(int port, string host)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new() { TargetHost = host, RemoteCertificateValidationCallback = IsOfTests }, cancellation);
        return ((X509Certificate2)tls.RemoteCertificate!).Subject;
    }
}
