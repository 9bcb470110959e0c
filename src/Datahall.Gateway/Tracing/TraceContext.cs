using System.Buffers;
using System.Buffers.Binary;

namespace Datahall.Gateway.Tracing;

/// <summary>The <c>traceparent</c> that a replica gets: the caller's trace, or a new one, with a span of the gateway's own.</summary>
/// <remarks>W3C Trace Context, level 1, section 3.2. A header that is not of that form is replaced.</remarks>
public static class TraceContext
{
    /// <summary>The length of the header's value.</summary>
    public const int Length = 55;

    private const int TraceStart = 3;
    private const int TraceLength = 32;
    private const int SpanStart = 36;
    private const int SpanLength = 16;
    private const int IdBytes = sizeof(ulong);
    private const int FlagsStart = 53;

    private static readonly SearchValues<byte> digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Writes the value.</summary>
    /// <param name="incoming">The caller's value; empty: none.</param>
    /// <param name="ids">Where new ids come from.</param>
    /// <param name="destination">Where to, at least <see cref="Length"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> incoming, TraceIds ids, Span<byte> destination)
    {
        if (IsValid(incoming))
        {
            incoming[..Length].CopyTo(destination);
        }
        else
        {
            "00-00000000000000000000000000000000-0000000000000000-00"u8.CopyTo(destination);
            WriteId(ids.Next(), destination[TraceStart..]);
            WriteId(ids.Next(), destination[(TraceStart + SpanLength)..]);
        }

        WriteId(ids.Next(), destination[SpanStart..]);
    }

    /// <summary>Whether a header's value is of the form, and names a trace and a span.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length >= Length
        && value[2] is (byte)'-' && value[TraceStart + TraceLength] is (byte)'-' && value[SpanStart + SpanLength] is (byte)'-'
        && IsHexadecimal(value[..2]) && !value[..2].SequenceEqual("ff"u8)
        && (value.Length == Length || (value[Length] is (byte)'-' && !value[..2].SequenceEqual("00"u8)))
        && IsHexadecimal(value.Slice(TraceStart, TraceLength)) && value.Slice(TraceStart, TraceLength).ContainsAnyExcept((byte)'0')
        && IsHexadecimal(value.Slice(SpanStart, SpanLength)) && value.Slice(SpanStart, SpanLength).ContainsAnyExcept((byte)'0')
        && IsHexadecimal(value.Slice(FlagsStart, 2));

    private static bool IsHexadecimal(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(digits);

    private static void WriteId(ulong id, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        Convert.TryToHexStringLower(bytes, destination[..SpanLength], out _);
    }
}
