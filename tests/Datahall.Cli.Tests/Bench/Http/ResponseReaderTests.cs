using System.Text;
using Datahall.Cli.Bench.Http;

namespace Datahall.Cli.Tests.Bench.Http;

public sealed class ResponseReaderTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true)]
    [InlineData("HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, "", true)]
    [InlineData("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno", 404, "no", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", 200, "x", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", 200, "hello0123456789", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nTrailer: t\r\n\r\n", 200, "a", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", 200, "a", true)]
    public void Take_reads_a_response_however_it_is_cut(string text, int status, string body, bool keepsAlive)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new ResponseReader();
            var got = new StringBuilder();
            reader.Begin(isHead: false);

            var taken = reader.Take(bytes.AsSpan(0, cut), (piece, _) => got.Append(Encoding.Latin1.GetString(piece)));
            taken += reader.Take(bytes.AsSpan(taken), (piece, _) => got.Append(Encoding.Latin1.GetString(piece)));

            Assert.True(reader.IsDone, $"cut at {cut}");
            Assert.Equal((status, body, keepsAlive, bytes.Length), (reader.Status, got.ToString(), reader.KeepsAlive, taken));
        }
    }

    [Fact]
    public void Take_leaves_what_comes_after_the_response()
    {
        var reader = new ResponseReader();
        reader.Begin(isHead: false);

        var taken = reader.Take("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP"u8, null);

        Assert.Equal(39, taken);
        Assert.True(reader.IsDone);
    }

    [Fact]
    public void Take_expects_no_body_after_HEAD()
    {
        var reader = new ResponseReader();
        reader.Begin(isHead: true);

        reader.Take("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"u8, null);

        Assert.True(reader.IsDone);
    }

    [Fact]
    public void EndOfInput_ends_a_body_without_a_length_and_no_other()
    {
        var reader = new ResponseReader();
        reader.Begin(isHead: false);
        reader.Take("HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n\r\nab"u8, null);

        Assert.False(reader.IsDone);
        Assert.True(reader.IsEventStream);
        Assert.True(reader.EndOfInput());
        Assert.False(reader.KeepsAlive);

        reader.Begin(isHead: false);
        reader.Take("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"u8, null);

        Assert.False(reader.EndOfInput());
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nA\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nAB\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")]
    public void Take_refuses_what_a_server_must_not_send(string text)
    {
        var reader = new ResponseReader();
        reader.Begin(isHead: false);

        Assert.Throws<FormatException>(() => reader.Take(Encoding.Latin1.GetBytes(text), null));
    }

    [Fact]
    public void Take_refuses_a_head_without_end()
    {
        var reader = new ResponseReader();
        reader.Begin(isHead: false);

        Assert.Throws<FormatException>(() => reader.Take(new byte[ResponseReader.LongestHead + 1], null));
    }
}
