using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Datahall.Gateway.Hosting;
using Datahall.Gateway.Kestrel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class ConnectionTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plaintext_HTTP_2_with_prior_knowledge_shares_the_port_and_has_trailers()
    {
        await using var backend = await Backend.StartAsync(
            static async http =>
            {
                await http.Response.WriteAsync("body");
                http.Response.AppendTrailer("checksum", "12");
            },
            Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        await using var lane = await LaneFixture.ToAsync(new(), backend.EndPoint);
        using var request = new HttpRequestMessage(HttpMethod.Get, lane.Url) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.ContentType = new("application/grpc");

        using var answer = await lane.Client.SendAsync(request, cancellation);

        Assert.Equal(HttpVersion.Version20, answer.Version);
        Assert.Equal("body", await answer.Content.ReadAsStringAsync(cancellation));
        Assert.Equal("12", answer.TrailingHeaders.GetValues("checksum").Single());
    }

    [Fact]
    public async Task A_WebSocket_talks_through_the_gateway()
    {
        await using var server = await SocketServerAsync();
        await using var lane = await LaneFixture.ToAsync(new() { Balance = new() { Policy = Datahall.Model.BalancePolicy.RoundRobin } }, server.EndPoint, RawBackend.Nobody());
        using var socket = new ClientWebSocket();

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lane.Port}/chat"), cancellation);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, cancellation);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task A_WebSocket_over_HTTP_2_talks_through_the_gateway()
    {
        await using var server = await SocketServerAsync();
        await using var lane = await LaneFixture.ToAsync(new(), server.EndPoint);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lane.Port}/chat"), lane.Client, cancellation);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, cancellation);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 192.0.2.1 1234 80\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xC0\0\x02\x07\xC0\0\x02\x01\x04\xD2\0\x50")]
    public async Task The_PROXY_protocol_says_who_the_client_is(string header)
    {
        await using var backend = await Backend.StartAsync(static http => http.Response.WriteAsync(http.Request.Headers["X-Forwarded-For"].ToString()));
        await using var lane = await LaneFixture.StartAsync(null, new ListenerOptions { Address = "127.0.0.1", ProxyProtocol = true });
        lane.Route("svc", new(), backend.EndPoint);
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync(header[..5]);
        await client.SendAsync(header[5..] + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Contains("192.0.2.7", await client.ToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_the_PROXY_header_that_is_asked_for_is_closed()
    {
        await using var lane = await LaneFixture.StartAsync(null, new ListenerOptions { Address = "127.0.0.1", ProxyProtocol = true });
        await using var client = await RawClient.ConnectAsync(lane.Port);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal("", await client.ToEndAsync());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_Unix_domain_socket_takes_both_versions_with_a_PROXY_header(string version)
    {
        var directory = Directory.CreateTempSubdirectory("datahall-uds-");
        var path = Path.Combine(directory.FullName, "lane.sock");
        await using var backend = await Backend.StartAsync(static http => http.Response.WriteAsync(http.Request.Headers["X-Forwarded-For"].ToString()));
        await using var lane = await LaneFixture.StartAsync(null, new ListenerOptions { UnixSocket = path, ProxyProtocol = true });
        lane.Route("svc", new(), backend.EndPoint);
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
                await socket.SendAsync("PROXY TCP6 2001:db8::7 2001:db8::1 1234 80\r\n"u8.ToArray(), stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, cancellation);

        Assert.Equal("2001:db8::7", await answer.Content.ReadAsStringAsync(cancellation));
        Assert.Equal(Version.Parse(version), answer.Version);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_head_that_is_too_large_is_refused_and_one_that_does_not_end_is_cut_off()
    {
        await using var lane = await LaneFixture.StartAsync(new KestrelLaneOptions { HeadTimeout = TimeSpan.FromMilliseconds(200), MaxHeadBytes = 2048, LameDuck = TimeSpan.Zero });
        lane.Route("svc", new(), RawBackend.Nobody());
        await using var large = await RawClient.ConnectAsync(lane.Port);
        await using var slow = await RawClient.ConnectAsync(lane.Port);

        await large.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 3000)}\r\n\r\n");
        await slow.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", await large.ToEndAsync(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408 ", await slow.ToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_above_the_limit_are_closed()
    {
        await using var backend = await Backend.SayAsync("ok");
        await using var lane = await LaneFixture.StartAsync(new KestrelLaneOptions { MaxConnections = 1, LameDuck = TimeSpan.Zero });
        lane.Route("svc", new(), backend.EndPoint);
        await using var first = await RawClient.ConnectAsync(lane.Port);
        await first.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await first.UntilAsync("200 OK");

        await using var second = await RawClient.ConnectAsync(lane.Port);
        await second.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal("", await second.ToEndAsync());
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455, section 4.2.2, asks for SHA-1; it protects nothing.")]
    private static Task<Backend> SocketServerAsync() => Backend.StartAsync(static async http =>
    {
        // The handshake by hand: the backend has no middleware.
        var key = http.Request.Headers.SecWebSocketKey.ToString();
        var accept = Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.Connection = "Upgrade";
        http.Response.Headers.SecWebSocketAccept = accept;
        await using var stream = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { CloseStatus: null } message)
        {
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    });
}
