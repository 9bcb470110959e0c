using System.Text;

namespace Datahall.Server.Console.Logs;

/// <summary>Makes lines of a log fit to be shown: nothing in them can steer a terminal, turn the page's text round, or fill the memory.</summary>
/// <remarks>For one caller at a time.</remarks>
internal sealed class LogText
{
    /// <summary>The most characters of a line; the rest is left out.</summary>
    public const int MaxLine = 4_000;

    private const char Escape = '\u001b';
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder line = new();
    private char[] characters = [];
    private long left;
    private Sequence sequence;

    private enum Sequence
    {
        None,
        Escaped,
        Control,
        Command,
    }

    /// <summary>Takes bytes, which may end anywhere, and gives the lines that they complete.</summary>
    public IEnumerable<string> Take(ReadOnlySpan<byte> bytes)
    {
        if (characters.Length < bytes.Length + 4)
        {
            characters = new char[bytes.Length + 4];
        }

        var lines = new List<string>();
        var count = decoder.GetChars(bytes, characters, flush: false);
        foreach (var c in characters.AsSpan(0, count))
        {
            if (c == '\n')
            {
                lines.Add(End());
            }
            else
            {
                Add(c);
            }
        }

        return lines;
    }

    /// <summary>The last line, when it did not end; null: there is none.</summary>
    public string? Rest() => line.Length > 0 || left > 0 ? End() : null;

    private string End()
    {
        if (left > 0)
        {
            line.Append(System.Globalization.CultureInfo.InvariantCulture, $" … (+{left:N0})");
        }

        var text = line.ToString();
        line.Clear();
        (left, sequence) = (0, Sequence.None);
        return text;
    }

    private void Add(char c)
    {
        if (Skips(c))
        {
            return;
        }

        if (line.Length >= MaxLine)
        {
            left++;
        }
        else if (c == '\t')
        {
            line.Append("    ");
        }
        else if (c != '\r')
        {
            line.Append(Visible(c));
        }
    }

    // Terminal sequences: ESC [ … letter, ESC ] … BEL, ESC letter. Colours are lost, the words stay.
    private bool Skips(char c)
    {
        switch (sequence)
        {
            case Sequence.Escaped:
                sequence = c switch { '[' => Sequence.Control, ']' or 'P' or 'X' or '^' or '_' => Sequence.Command, _ => Sequence.None };
                return true;
            case Sequence.Control:
                sequence = c is >= '@' and <= '~' ? Sequence.None : Sequence.Control;
                return true;
            case Sequence.Command:
                sequence = c == '\a' ? Sequence.None : c == Escape ? Sequence.Escaped : Sequence.Command;
                return true;
            default:
                sequence = c == Escape ? Sequence.Escaped : Sequence.None;
                return c == Escape;
        }
    }

    // Other controls are shown as their pictures, and marks that turn the direction of text as a sign of replacement.
    private static char Visible(char c) => c switch
    {
        < ' ' => (char)(0x2400 + c),
        '\u007f' => '\u2421',
        >= '\u0080' and <= '\u009f' => '\ufffd',
        '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => '\ufffd',
        _ => c,
    };
}
