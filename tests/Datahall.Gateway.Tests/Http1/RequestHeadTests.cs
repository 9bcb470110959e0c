using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class RequestHeadTests
{
    [Fact]
    public void Advance_reads_a_request_of_curl()
    {
        var bytes = Requests.Bytes("POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: api.local:8080\r\nUser-Agent: curl/7.88\r\nAccept: */*\r\n"
            + "content-type:application/json\r\nContent-Length:  12 \t\r\nX-Empty:\r\n\r\nleft alone");

        var head = Requests.Head(bytes);

        Assert.Equal(RequestMethod.Post, head.Method);
        Assert.Equal("POST"u8, head.MethodIn(bytes));
        Assert.Equal("/v1/chat/completions?x=1"u8, head.TargetIn(bytes));
        Assert.Equal("/v1/chat/completions"u8, head.PathIn(bytes));
        Assert.Equal("?x=1"u8, head.QueryIn(bytes));
        Assert.Equal("api.local:8080"u8, head.HostIn(bytes));
        Assert.Equal((BodyFraming.Length, 12L, true, 1), (head.Framing, head.ContentLength, head.KeepAlive, head.Minor));
        Assert.Equal(bytes.Length - "left alone".Length, head.Length);
        Assert.Equal(6, head.Fields.Count);
        Assert.True(head.Fields.TryFind("USER-agent"u8, bytes, out var agent));
        Assert.Equal("curl/7.88"u8, agent);
        Assert.Equal("application/json"u8, head.Fields.Value(KnownField.ContentType, bytes));
        Assert.True(head.Fields.TryFind("x-empty"u8, bytes, out var empty));
        Assert.True(empty.IsEmpty);
        Assert.False(head.Fields.TryFind("accept-encoding"u8, bytes, out _));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", "", true)]
    [InlineData("GET / HTTP/1.1", "Connection: close\r\n", false)]
    [InlineData("GET / HTTP/1.1", "Connection: x, Close\r\n", false)]
    [InlineData("GET / HTTP/1.1", "Connection: x\r\nConnection: close\r\n", false)]
    [InlineData("GET / HTTP/1.0", "", false)]
    [InlineData("GET / HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    [InlineData("GET / HTTP/1.0", "Connection: keep-alive, close\r\n", false)]
    public void Keep_alive_follows_version_and_connection(string line, string fields, bool expected) =>
        Assert.Equal(expected, Requests.Head(Requests.Bytes($"{line}\r\nHost: a\r\n{fields}\r\n")).KeepAlive);

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: websocket\r\n", true)]
    [InlineData("Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n", true)]
    [InlineData("Upgrade: websocket\r\n", false)]
    [InlineData("Connection: upgrade\r\n", false)]
    [InlineData("Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket, h2c\r\n", false)]
    public void Wants_upgrade_needs_both_headers_and_is_never_http2(string fields, bool expected) =>
        Assert.Equal(expected, Requests.Head(Requests.Bytes($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n")).WantsUpgrade);

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1", "a", "*", "", "a")]
    [InlineData("GET http://a/x?y HTTP/1.1", "a", "/x", "?y", "a")]
    [InlineData("GET http://a HTTP/1.1", "a", "", "", "a")]
    [InlineData("GET http://a?y HTTP/1.1", "a", "", "?y", "a")]
    [InlineData("GET http://a:80/ HTTP/1.1", "a", "/", "", "a")]
    [InlineData("GET https://a/ HTTP/1.1", "a:443", "/", "", "a:443")]
    [InlineData("GET / HTTP/1.1", "", "/", "", "")]
    [InlineData("GET / HTTP/1.1", "[2001:db8::1]:8080", "/", "", "[2001:db8::1]:8080")]
    [InlineData("GET /a%20b/...?q=%zz|\"{} HTTP/1.1", "a", "/a%20b/...", "?q=%zz|\"{}", "a")]
    [InlineData("BREW //x HTTP/1.1", "a", "//x", "", "a")]
    public void Targets_of_all_forms_are_read(string line, string hostField, string path, string query, string host)
    {
        var bytes = Requests.Bytes($"{line}\r\nHost: {hostField}\r\n\r\n");

        var head = Requests.Head(bytes);

        Assert.Equal(Requests.Bytes(path), head.PathIn(bytes));
        Assert.Equal(Requests.Bytes(query), head.QueryIn(bytes));
        Assert.Equal(Requests.Bytes(host), head.HostIn(bytes));
    }

    [Fact]
    public void Advance_forgives_one_empty_line_before_the_request()
    {
        Assert.Equal(HttpFault.None, Requests.Fault("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.Equal(HttpFault.RequestLine, Requests.Fault("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public void Http_1_0_needs_no_host_and_ignores_expectations()
    {
        var head = Requests.Head(Requests.Bytes("GET / HTTP/1.0\r\nExpect: something\r\n\r\n"));

        Assert.False(head.ExpectsContinue);
        Assert.True(Requests.Head(Requests.Bytes("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n")).ExpectsContinue);
    }

    [Fact]
    public void Advance_allocates_nothing_once_warm()
    {
        var bytes = Requests.Bytes("POST /v1/models/m/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: keep-alive\r\nX: y\r\n\r\n");
        var head = new RequestHead(new());

        Assert.Equal(0, Allocation.Of(() => Read(head, bytes, 1000)));
    }

    private static void Read(RequestHead head, byte[] bytes, int times)
    {
        for (var i = 0; i < times; i++)
        {
            head.Reset();
            head.Advance(bytes.AsSpan(0, 40));
            head.Advance(bytes);
        }
    }
}
