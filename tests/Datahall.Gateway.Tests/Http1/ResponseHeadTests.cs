using System.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Length", 5, true)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "None", 0, true)]
    [InlineData("HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n", "Chunked", -1, true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "UntilClose", -1, false)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", "UntilClose", -1, false)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "None", -1, true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", "None", 7, true)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "None", -1, true)]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\n", "None", -1, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", "Length", 5, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "Length", 5, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", "Length", 5, true)]
    public void Framing_follows_status_and_headers(string text, string framing, long length, bool keepAlive)
    {
        var head = Read(text, answersHead: false);

        Assert.Equal((framing, length, keepAlive), (head.Framing.ToString(), head.ContentLength, head.KeepAlive));
    }

    [Fact]
    public void An_answer_to_head_has_no_body_whatever_it_says()
    {
        Assert.Equal(BodyFraming.None, Read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", answersHead: true).Framing);
        Assert.Equal(BodyFraming.None, Read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", answersHead: true).Framing);
        Assert.Equal(BodyFraming.None, Read("HTTP/1.1 200 OK\r\n\r\n", answersHead: true).Framing);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(103, true)]
    [InlineData(200, false)]
    public void Interim_answers_are_all_1xx_but_101(int status, bool expected) =>
        Assert.Equal(expected, Read($"HTTP/1.1 {status} x\r\n\r\n", answersHead: false).IsInterim);

    [Fact]
    public void Reason_may_be_missing_or_several_words()
    {
        var bytes = Encoding.ASCII.GetBytes("HTTP/1.1 404 Not Found Here\r\n\r\n");
        var head = Read("HTTP/1.1 404 Not Found Here\r\n\r\n", answersHead: false);

        Assert.Equal("Not Found Here"u8, head.ReasonIn(bytes));
        Assert.Equal(404, head.Status);
        Assert.True(Read("HTTP/1.1 200\r\n\r\n", answersHead: false).ReasonIn("HTTP/1.1 200\r\n\r\n"u8).IsEmpty);
    }

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n", "StatusLine")]
    [InlineData("HTTP/1.1 200 O\0K\r\n\r\n", "StatusLine")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n", "StatusLine")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "StatusLine")]
    [InlineData("HTTP/1.1 200 OK\n\n", "BareLineFeed")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "Fold")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "SpaceBeforeColon")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", "ContentLengthRepeated")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "ContentLengthAndTransferEncoding")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "TransferEncodingUnsupported")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncodingInOldVersion")]
    public void Advance_refuses_malformed_answers(string text, string fault)
    {
        var head = new ResponseHead(new());
        head.Reset();

        Assert.Equal(HeadStatus.Faulty, head.Advance(Requests.Bytes(text)));
        Assert.Equal(fault, head.Fault.ToString());
    }

    private static ResponseHead Read(string text, bool answersHead)
    {
        var head = new ResponseHead(new());
        head.Reset();
        head.AnswersHead = answersHead;
        Assert.Equal(HeadStatus.Complete, head.Advance(Requests.Bytes(text)));
        return head;
    }
}
