using System.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("2\r\nhe\r\n3;name=value;q=\"x y\"\r\nllo\r\n000\r\n\r\n", "hello")]
    [InlineData("A\r\n0123456789\r\n0\r\nX-Sum: 12\r\nEmpty:\r\n\r\n", "0123456789")]
    public void Next_yields_the_data_and_takes_no_more(string body, string expected)
    {
        var bytes = Requests.Bytes(body + "GET / HTTP/1.1\r\n");
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var (data, taken, decoder) = Decode(bytes, piece);

            Assert.Equal((expected, body.Length, true), (data, taken, decoder.IsDone));
            Assert.Equal(expected.Length, decoder.DataBytes);
        }
    }

    [Theory]
    [InlineData("\r\n", "ChunkSize")]
    [InlineData("g\r\n", "ChunkSize")]
    [InlineData("-1\r\n", "ChunkSize")]
    [InlineData("0x5\r\nhello", "ChunkSize")]
    [InlineData(" 5\r\nhello", "ChunkSize")]
    [InlineData("5 \r\nhello", "ChunkSize")]
    [InlineData("80000000\r\n", "ChunkSize")]
    [InlineData("ffffffffffffffff1\r\n", "ChunkSize")]
    [InlineData("000000005\r\nhello", "ChunkSize")]
    [InlineData("5\nhello", "BareLineFeed")]
    [InlineData("5\rhello", "BareCarriageReturn")]
    [InlineData("5;a\nhello", "BareLineFeed")]
    [InlineData("5;a\rb\r\nhello", "BareCarriageReturn")]
    [InlineData("5;a\0\r\nhello", "ChunkExtension")]
    [InlineData("5\r\nhelloX", "ChunkEnd")]
    [InlineData("5\r\nhello\n", "ChunkEnd")]
    [InlineData("5\r\nhello\rX", "ChunkEnd")]
    [InlineData("0\r\n\n", "BareLineFeed")]
    [InlineData("0\r\nA: b\n", "BareLineFeed")]
    [InlineData("0\r\nA: b\rc", "BareCarriageReturn")]
    [InlineData("0\r\n: b\r\n", "Trailer")]
    [InlineData("0\r\n A: b\r\n", "Trailer")]
    [InlineData("0\r\nA : b\r\n", "Trailer")]
    [InlineData("0\r\nA: b\0\r\n", "Trailer")]
    [InlineData("0\r\nContent-Length: 3\r\n", "Trailer")]
    [InlineData("0\r\ntransfer-encoding: chunked\r\n", "Trailer")]
    [InlineData("0\r\nHost: x\r\n", "Trailer")]
    [InlineData("0\r\nAuthorization: x\r\n", "Trailer")]
    [InlineData("0\r\n\rX", "BareCarriageReturn")]
    public void Next_refuses_framing_that_is_not_plain(string body, string fault)
    {
        var bytes = Requests.Bytes(body);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            Assert.Equal(fault, Decode(bytes, piece).Decoder.Fault.ToString());
        }
    }

    [Fact]
    public void Next_bounds_extensions_overhead_and_trailers()
    {
        var extension = "5;" + new string('x', 257) + "\r\nhello\r\n";
        var thin = string.Concat(Enumerable.Repeat("1;" + new string('x', 200) + "\r\na\r\n", 200));
        var bytewise = string.Concat(Enumerable.Repeat("1\r\na\r\n", 10_000)) + "0\r\n\r\n";
        var trailers = "0\r\n" + string.Concat(Enumerable.Repeat("A: " + new string('x', 100) + "\r\n", 100));

        Assert.Equal(HttpFault.ChunkExtension, Decode(Requests.Bytes(extension), 1000).Decoder.Fault);
        Assert.Equal(HttpFault.ChunkOverhead, Decode(Requests.Bytes(thin), 1000).Decoder.Fault);
        Assert.True(Decode(Requests.Bytes(bytewise), 1000).Decoder.IsDone);
        Assert.Equal(HttpFault.TrailerTooLarge, Decode(Requests.Bytes(trailers), 1000).Decoder.Fault);
    }

    [Fact]
    public void Skip_takes_the_same_as_Next()
    {
        var bytes = Requests.Bytes("5;x\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\nrest");
        var decoder = new ChunkedDecoder();

        var first = decoder.Skip(bytes.AsSpan(0, 9));
        var second = decoder.Skip(bytes.AsSpan(9));

        Assert.Equal((9, bytes.Length - 9 - 4), (first, second));
        Assert.True(decoder.IsDone);
    }

    private static (string Data, int Taken, ChunkedDecoder Decoder) Decode(byte[] bytes, int piece)
    {
        var decoder = new ChunkedDecoder();
        var data = new StringBuilder();
        var taken = 0;
        for (var end = Math.Min(piece, bytes.Length); ; end = Math.Min(end + piece, bytes.Length))
        {
            while (taken < end && !decoder.IsDone && decoder.Fault is HttpFault.None)
            {
                taken += decoder.Next(bytes.AsSpan(taken, end - taken), out var part);
                data.Append(Encoding.Latin1.GetString(part));
            }

            if (end == bytes.Length || decoder.IsDone || decoder.Fault is not HttpFault.None)
            {
                return (data.ToString(), taken, decoder);
            }
        }
    }
}
