using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class RequestHeadRejectionTests
{
    private const string Host = "Host: a\r\n";

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "ContentLengthAndTransferEncoding")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", "ContentLengthAndTransferEncoding")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "ContentLengthRepeated")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 3\r\ncontent-length: 3\r\n\r\n", "ContentLengthRepeated")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 3, 3\r\n\r\n", "ContentLengthRepeated")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: +3\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: -3\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 0x3\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 3 4\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length:\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 9223372036854775808\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Content-Length: 18446744073709551619\r\n\r\n", "ContentLength")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: gzip, chunked\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked, identity\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: xchunked\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: \"chunked\"\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding:\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncodingRepeated")]
    [InlineData("POST / HTTP/1.0\r\n" + Host + "\r\n", "ContentLengthMissing")]
    [InlineData("GET / HTTP/1.0\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n", "TransferEncodingInOldVersion")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding : chunked\r\n\r\n", "SpaceBeforeColon")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding\t: chunked\r\n\r\n", "SpaceBeforeColon")]
    [InlineData("GET / HTTP/1.1\r\n" + Host + "Transfer-Encoding: \vchunked\r\n\r\n", "FieldValue")]
    public void Advance_refuses_what_two_readers_frame_differently(string request, string fault) => Assert.Equal(fault, Requests.Fault(request).ToString());

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HostMissing")]
    [InlineData("GET http://a/ HTTP/1.0\r\n\r\n", "HostMissing")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "HostRepeated")]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: a%41\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: a:\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", "Host")]
    [InlineData("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "HostMismatch")]
    [InlineData("GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n", "HostMismatch")]
    [InlineData("GET http://a.evil/ HTTP/1.1\r\nHost: a\r\n\r\n", "HostMismatch")]
    [InlineData("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", "Target")]
    public void Advance_refuses_a_doubtful_host(string request, string fault) => Assert.Equal(fault, Requests.Fault(request).ToString());

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", "BareLineFeed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n", "BareLineFeed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n", "BareLineFeed")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "BareCarriageReturn")]
    [InlineData("GET / HTTP/1.1\rHost: a\r\n\r\n", "BareCarriageReturn")]
    [InlineData("GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", "BareCarriageReturn")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\r: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n", "Fold")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n\r\n", "Fold")]
    [InlineData("GET / HTTP/1.1\r\n Host: a\r\n\r\n", "Fold")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n", "NoColon")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\u0001\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: b\u007f\r\n\r\n", "FieldValue")]
    public void Advance_refuses_lines_that_are_not_plain(string request, string fault) => Assert.Equal(fault, Requests.Fault(request).ToString());

    [Theory]
    [InlineData("GET /", "RequestLine")]
    [InlineData("GET  / HTTP/1.1", "RequestLine")]
    [InlineData("GET /  HTTP/1.1", "RequestLine")]
    [InlineData("GET /a b HTTP/1.1", "RequestLine")]
    [InlineData(" GET / HTTP/1.1", "RequestLine")]
    [InlineData("GET\t/ HTTP/1.1", "RequestLine")]
    [InlineData("GET / HTTP/1.1 ", "Version")]
    [InlineData("GET / http/1.1", "Version")]
    [InlineData("GET / HTTP/1.10", "Version")]
    [InlineData("GET / HTTP/11", "Version")]
    [InlineData("GET / HTTP/2.0", "VersionUnsupported")]
    [InlineData("GET / HTTP/1.2", "VersionUnsupported")]
    [InlineData("PRI * HTTP/2.0", "Http2Preface")]
    [InlineData("G(T / HTTP/1.1", "Method")]
    [InlineData("G\0T / HTTP/1.1", "Method")]
    [InlineData("CONNECT a:80 HTTP/1.1", "ConnectUnsupported")]
    [InlineData("GET * HTTP/1.1", "Target")]
    [InlineData("GET a HTTP/1.1", "Target")]
    [InlineData("GET ftp://a/ HTTP/1.1", "Target")]
    [InlineData("GET http:// HTTP/1.1", "Target")]
    [InlineData("GET http:///x HTTP/1.1", "Target")]
    [InlineData("GET /a#b HTTP/1.1", "Target")]
    [InlineData("GET /a\\b HTTP/1.1", "Target")]
    [InlineData("GET /\u00e9 HTTP/1.1", "Target")]
    [InlineData("GET /\0 HTTP/1.1", "Target")]
    [InlineData("GET /%00 HTTP/1.1", "Target")]
    [InlineData("GET /%4 HTTP/1.1", "Target")]
    [InlineData("GET /%zz HTTP/1.1", "Target")]
    [InlineData("GET /a/../b HTTP/1.1", "DotSegments")]
    [InlineData("GET /a/.. HTTP/1.1", "DotSegments")]
    [InlineData("GET /./b HTTP/1.1", "DotSegments")]
    [InlineData("GET /a/%2e%2E/b HTTP/1.1", "DotSegments")]
    [InlineData("GET /a/.%2e/b HTTP/1.1", "DotSegments")]
    [InlineData("GET http://a/../b HTTP/1.1", "DotSegments")]
    public void Advance_refuses_a_bad_request_line(string line, string fault) =>
        Assert.Equal(fault, Requests.Fault(line + "\r\nHost: a\r\n\r\n").ToString());

    [Theory]
    [InlineData("200-ok")]
    [InlineData("100-continue, 200-ok")]
    [InlineData("")]
    public void Advance_refuses_an_unknown_expectation(string value) =>
        Assert.Equal(HttpFault.Expectation, Requests.Fault($"GET / HTTP/1.1\r\nHost: a\r\nExpect: {value}\r\n\r\n"));

    [Fact]
    public void Advance_refuses_what_is_too_large_before_it_ends()
    {
        var head = new RequestHead(new());
        var limits = new HeadLimits { HeadBytes = 200, RequestLineBytes = 50, Fields = 3 };
        var small = new RequestHead(limits);

        Assert.Equal(HttpFault.HeadTooLarge, Fault(head, "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 17_000)));
        Assert.Equal(HttpFault.TargetTooLong, Fault(head, "GET /" + new string('x', 9_000)));
        Assert.Equal(HttpFault.RequestLine, Fault(head, new string('x', 9_000)));
        Assert.Equal(HttpFault.HeadTooLarge, Fault(small, "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 180) + "\r\n\r\n"));
        Assert.Equal(HttpFault.TargetTooLong, Fault(small, "GET /" + new string('x', 50) + " HTTP/1.1\r\n"));
        Assert.Equal(HttpFault.TooManyFields, Fault(small, "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n"));
    }

    [Fact]
    public void Every_fault_has_a_status_and_says_what_is_wrong()
    {
        var statuses = Enum.GetValues<HttpFault>().Skip(1).Select(static fault => (HttpFaults.Status(fault), HttpFaults.Describe(fault))).ToList();

        Assert.All(statuses, static entry => Assert.True(entry.Item1 is 400 or 413 or 414 or 417 or 431 or 501 or 502 or 505 && entry.Item2.Length > 10));
    }

    private static HttpFault Fault(RequestHead head, string text)
    {
        head.Reset();
        Assert.Equal(HeadStatus.Faulty, head.Advance(Requests.Bytes(text)));
        return head.Fault;
    }
}
