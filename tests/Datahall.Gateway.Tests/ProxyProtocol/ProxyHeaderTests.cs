using System.Buffers;
using System.Text;
using Datahall.Gateway.ProxyProtocol;

namespace Datahall.Gateway.Tests.ProxyProtocol;

public sealed class ProxyHeaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 4711 80\r\nGET", "Complete", 39, "192.0.2.7:4711")]
    [InlineData("PROXY TCP6 2001:db8::7 ::1 4711 80\r\n", "Complete", 36, "[2001:db8::7]:4711")]
    [InlineData("PROXY UNKNOWN\r\n", "Complete", 15, null)]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 4711", "Incomplete", 0, null)]
    [InlineData("PRO", "Incomplete", 0, null)]
    [InlineData("GET / HTTP/1.1\r\n", "Invalid", 0, null)]
    [InlineData("PROXY TCP4 192.0.2.777 10.0.0.1 4711 80\r\n", "Invalid", 0, null)]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 471111 80\r\n", "Invalid", 0, null)]
    [InlineData("PROXY TCP4 192.0.2.7\r\n", "Invalid", 0, null)]
    public void Read_takes_version_1(string text, string reading, int length, string? source) => Check(Encoding.ASCII.GetBytes(text), reading, length, source);

    [Theory]
    [InlineData("0d0a0d0a000d0a515549540a2111000cc00002070a000001126700504745", "Complete", 28, "192.0.2.7:4711")]
    [InlineData("0d0a0d0a000d0a515549540a2111000cc00002070a0000", "Incomplete", 0, null)]
    [InlineData("0d0a0d0a000d0a515549540a20000000", "Complete", 16, null)]
    [InlineData("0d0a0d0a000d0a515549540a1111000cc00002070a00000112670050", "Invalid", 0, null)]
    [InlineData("0d0a0d0a000d0a515549540a2311000cc00002070a00000112670050", "Invalid", 0, null)]
    [InlineData("0d0a0d0a000d0a515549540a21110004c0000207", "Invalid", 0, null)]
    public void Read_takes_version_2(string hex, string reading, int length, string? source) => Check(Convert.FromHexString(hex), reading, length, source);

    private static void Check(byte[] bytes, string reading, int length, string? source)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);

        Assert.Equal(reading, ProxyHeader.Read(bytes, out var header, out var read).ToString());
        Assert.Equal((length, source), (read, header.Source?.ToString()));
        Assert.Equal(reading, ProxyHeader.Read(sequence, out var same, out var consumed).ToString());
        Assert.Equal((length, source), ((int)sequence.GetOffset(consumed), same.Source?.ToString()));
    }
}
