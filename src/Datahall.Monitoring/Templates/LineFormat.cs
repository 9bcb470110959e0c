using System.Text;

namespace Datahall.Monitoring.Templates;

/// <summary>How the lines of a log begin: fields in angle brackets with what stands between them, such as <c>&lt;Date&gt; &lt;Time&gt; &lt;Level&gt; &lt;Content&gt;</c>.</summary>
/// <remarks>
/// A blank stands for one or more. A field reaches to the first place where what follows it fits. A backslash takes the next sign as it is,
/// and <c>(\[&lt;Pid&gt;\])?</c> is a part that may be missing: the notation of LogPAI's log formats. Reading is linear in the length of the header.
/// </remarks>
public sealed class LineFormat
{
    /// <summary>A field must end within so many bytes; headers are shorter, and a hostile line shall not cost more.</summary>
    private const int LongestField = 512;

    private const string ContentField = "Content";
    private static readonly string[] LevelFields = ["Level", "Severity", "Priority"];
    private static readonly string[] TimeFields = ["Date", "Time", "Month", "Day", "Timestamp"];

    private readonly Part[] parts;

    private LineFormat(Part[] parts) => this.parts = parts;

    private enum PartKind
    {
        Literal,
        Blanks,
        Level,
        Time,
        OtherField,
        Content,
        Optional,
    }

    /// <summary>Reads the notation.</summary>
    /// <exception cref="FormatException">It has no field <c>Content</c> at its end, or a bracket is not closed; the message says which.</exception>
    public static LineFormat Parse(string format)
    {
        var at = 0;
        var parts = ParseParts(format, ref at, inOptional: false);
        return parts is [.., { Kind: PartKind.Content }] && parts.Count(static part => part.Kind is PartKind.Content) == 1
            ? new(parts)
            : throw new FormatException($"the format '{format}' must end with <Content>, the part of a line that templates are made of");
    }

    /// <summary>Takes a line apart.</summary>
    /// <returns>Whether the line has this header. Without it the whole line is content.</returns>
    public bool TryRead(ReadOnlySpan<byte> line, out LineParts read)
    {
        read = new() { Content = line };
        var at = 0;
        var taken = new LineParts { Content = line };
        if (!Take(parts, line, ref at, ref taken))
        {
            return false;
        }

        read = taken;
        return true;
    }

    private static bool Take(ReadOnlySpan<Part> parts, ReadOnlySpan<byte> line, ref int at, ref LineParts read)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (part.Kind is PartKind.Optional)
            {
                var after = at;
                var inner = read;
                if (Take(part.Inner, line, ref after, ref inner) && Follows(parts[(i + 1)..], line, after))
                {
                    at = after;
                    read = inner;
                }
            }
            else if (part.Kind is PartKind.Literal or PartKind.Blanks)
            {
                if (!TakeSigns(part, line, ref at))
                {
                    return false;
                }
            }
            else
            {
                var end = part.Kind is PartKind.Content ? line.Length : FieldEnd(parts[(i + 1)..], line, at);
                if (end < 0)
                {
                    return false;
                }

                read = read.With(part.Kind is PartKind.Content, part.Kind is PartKind.Level, part.Kind is PartKind.Time, line, at, end);
                at = end;
            }
        }

        return true;
    }

    private static bool TakeSigns(Part part, ReadOnlySpan<byte> line, ref int at)
    {
        if (part.Kind is PartKind.Literal)
        {
            var fits = line[at..].StartsWith(part.Signs);
            at += fits ? part.Signs.Length : 0;
            return fits;
        }

        var start = at;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        return at > start;
    }

    private static int FieldEnd(ReadOnlySpan<Part> rest, ReadOnlySpan<byte> line, int at)
    {
        for (var end = at; end <= line.Length && end - at <= LongestField; end++)
        {
            if (Follows(rest, line, end))
            {
                return end;
            }
        }

        return -1;
    }

    /// <summary>Whether the parts up to the next field stand at a place.</summary>
    private static bool Follows(ReadOnlySpan<Part> rest, ReadOnlySpan<byte> line, int at)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i].Kind is PartKind.Optional)
            {
                var after = at;
                LineParts unused = new();
                if (Take(rest[i].Inner, line, ref after, ref unused) && Follows(rest[(i + 1)..], line, after))
                {
                    return true;
                }
            }
            else if (rest[i].Kind is not (PartKind.Literal or PartKind.Blanks))
            {
                return true;
            }
            else if (!TakeSigns(rest[i], line, ref at))
            {
                return false;
            }
        }

        return true;
    }

    private static Part[] ParseParts(string format, ref int at, bool inOptional)
    {
        List<Part> parts = [];
        var signs = new StringBuilder();
        while (at < format.Length && !(inOptional && format[at] is ')'))
        {
            var sign = format[at];
            if (sign is ' ')
            {
                EndSigns(parts, signs);
                at += format.AsSpan(at).IndexOfAnyExcept(' ') is var blanks and > 0 ? blanks : format.Length - at;
                parts.Add(new(PartKind.Blanks, [], []));
            }
            else if (sign is '<' && format.IndexOf('>', at) is var close and > 0)
            {
                EndSigns(parts, signs);
                parts.Add(new(FieldKind(format[(at + 1)..close]), [], []));
                at = close + 1;
            }
            else if (sign is '(' && IsOptional(format, at))
            {
                EndSigns(parts, signs);
                at++;
                parts.Add(new(PartKind.Optional, [], ParseParts(format, ref at, inOptional: true)));
                at += 2;
            }
            else
            {
                at += sign is '\\' && at + 1 < format.Length ? 1 : 0;
                signs.Append(format[at++]);
            }
        }

        EndSigns(parts, signs);
        return [.. parts];
    }

    private static void EndSigns(List<Part> parts, StringBuilder signs)
    {
        if (signs.Length > 0)
        {
            parts.Add(new(PartKind.Literal, Encoding.UTF8.GetBytes(signs.ToString()), []));
            signs.Clear();
        }
    }

    private static PartKind FieldKind(string name) => name is ContentField ? PartKind.Content
        : LevelFields.Contains(name) ? PartKind.Level
        : TimeFields.Contains(name) ? PartKind.Time : PartKind.OtherField;

    /// <summary>Whether the bracket opens a part that may be missing: its closing one, with no other part within, has a question mark.</summary>
    private static bool IsOptional(string format, int at)
    {
        for (var i = at + 1; i < format.Length; i++)
        {
            if (format[i] is '\\')
            {
                i++;
            }
            else if (format[i] is ')')
            {
                return i + 1 < format.Length && format[i + 1] is '?';
            }
        }

        return false;
    }

    private readonly record struct Part(PartKind Kind, byte[] Signs, Part[] Inner);
}
