using System.Buffers;

namespace Datahall.Gateway.Http1;

/// <summary>The alphabets of HTTP/1.1. Source: RFC 9110 section 5.6.2, RFC 9112, RFC 3986.</summary>
internal static class Tokens
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Methods and the names of fields.</summary>
    public static readonly SearchValues<byte> Token = Of(Alphanumeric + "!#$%&'*+-.^_`|~");

    /// <summary>Values of fields: everything but control characters, with tab and the bytes above 127.</summary>
    public static readonly SearchValues<byte> Value = SearchValues.Create([.. Enumerable.Range(0, 256).Where(static b => b is '\t' or (>= ' ' and not 127)).Select(static b => (byte)b)]);

    /// <summary>
    /// Request targets: visible ASCII without the fragment's '#', and without the backslash that some servers take for a slash. Wider than RFC 3986,
    /// because browsers send quotes, pipes and braces unescaped.
    /// </summary>
    public static readonly SearchValues<byte> Target = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Where(static b => b is not '#' and not '\\').Select(static b => (byte)b)]);

    /// <summary>Names and IPv4 addresses of hosts: what is in use, of the much that RFC 3986 allows.</summary>
    public static readonly SearchValues<byte> HostName = Of(Alphanumeric + "-._");

    /// <summary>IPv6 addresses between brackets.</summary>
    public static readonly SearchValues<byte> HostAddress = Of("0123456789abcdefABCDEF:.");

    /// <summary>The text without the spaces and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimEnd(TrimStart(text));

    /// <summary>Without the blanks at its begin. Most texts have one or none: loops are quicker than a search.</summary>
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && IsBlank(text[0]))
        {
            text = text[1..];
        }

        return text;
    }

    /// <summary>Without the blanks at its end.</summary>
    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && IsBlank(text[^1]))
        {
            text = text[..^1];
        }

        return text;
    }

    /// <summary>Takes the next element of a comma-separated list, trimmed; false at the end.</summary>
    public static bool NextElement(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> element)
    {
        element = default;
        if (list.IsEmpty)
        {
            return false;
        }

        var comma = list.IndexOf((byte)',');
        element = Trim(comma < 0 ? list : list[..comma]);
        list = comma < 0 ? default : list[(comma + 1)..];
        return true;
    }

    /// <summary>Whether a comma-separated list has an element, whatever its case.</summary>
    public static bool Lists(ReadOnlySpan<byte> list, ReadOnlySpan<byte> wanted)
    {
        while (NextElement(ref list, out var element))
        {
            if (Is(element, wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two ASCII words are equal, whatever their case.</summary>
    public static bool Is(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => System.Text.Ascii.EqualsIgnoreCase(left, right);

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';

    private static SearchValues<byte> Of(string text) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(text));
}
