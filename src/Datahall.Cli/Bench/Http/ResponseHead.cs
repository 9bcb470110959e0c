using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Datahall.Cli.Bench.Http;

/// <summary>What the head of a response says about its body and its connection.</summary>
/// <param name="Status">The status code, 100 to 999.</param>
/// <param name="Length">The body's length in bytes; null when it is not said.</param>
/// <param name="IsChunked">Whether the body comes in chunks.</param>
/// <param name="KeepsAlive">Whether the connection stays open.</param>
/// <param name="IsEventStream">Whether the body's type is <c>text/event-stream</c>.</param>
internal readonly record struct ResponseHead(int Status, long? Length, bool IsChunked, bool KeepsAlive, bool IsEventStream)
{
    // RFC 9110, 5.6.2: what a name may have.
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Reads the status line and the fields.</summary>
    /// <param name="head">All lines with their CRLF, without the empty one.</param>
    /// <exception cref="FormatException">It breaks the grammar.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        var result = ParseStatus(NextLine(ref head));
        while (!head.IsEmpty)
        {
            var line = NextLine(ref head);
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExcept(NameBytes))
            {
                throw Broken("is no header field", line);
            }

            result = result.With(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
        }

        return result is { IsChunked: true, Length: not null }
            ? throw new FormatException("the response has both a content-length and chunks")
            : result;
    }

    private static ResponseHead ParseStatus(ReadOnlySpan<byte> line)
    {
        var good = line.Length >= 12 && line.StartsWith("HTTP/1."u8) && line[7] is (byte)'0' or (byte)'1' && line[8] == ' '
            && (line.Length == 12 || line[12] == ' ');
        return good && Utf8Parser.TryParse(line[9..12], out int status, out var used) && used == 3 && status >= 100
            ? new(status, null, false, line[7] == '1', false)
            : throw Broken("is no status line of HTTP/1.1", line);
    }

    private ResponseHead With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // The length tells most names apart: this runs for every field of every response.
        switch (name.Length)
        {
            case 14 when Is(name, "content-length"u8):
                return this with { Length = ParseLength(value) };
            case 17 when Is(name, "transfer-encoding"u8):
                return !IsChunked && Is(value, "chunked"u8) ? this with { IsChunked = true } : throw Broken("is no transfer coding that is understood", value);
            case 10 when Is(name, "connection"u8):
                return Is(value, "close"u8) ? this with { KeepsAlive = false } : Is(value, "keep-alive"u8) ? this with { KeepsAlive = true } : this;
            case 12 when Is(name, "content-type"u8):
                return this with { IsEventStream = value.Length >= 17 && Is(value[..17], "text/event-stream"u8) };
            default:
                return this;
        }
    }

    private long ParseLength(ReadOnlySpan<byte> value) =>
        Length is null && value.Length is > 0 and <= 18 && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(value, out long length, out _)
            ? length
            : throw Broken(Length is null ? "is no content-length" : "is a second content-length", value);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        var line = rest[..end];
        rest = rest[(end + 2)..];
        return line.ContainsAny((byte)'\n', (byte)'\r', (byte)0) ? throw Broken("has a bare CR, LF or NUL", line) : line;
    }

    private static FormatException Broken(string what, ReadOnlySpan<byte> line) =>
        new($"'{Encoding.Latin1.GetString(line[..Math.Min(line.Length, 80)])}' {what}");
}
