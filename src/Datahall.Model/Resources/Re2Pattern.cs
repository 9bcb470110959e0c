using System.Text;

namespace Datahall.Model;

/// <summary>Expressions of RE2, which Prometheus reads, as .NET reads them.</summary>
/// <remarks>
/// What both write alike but mean differently is refused: a rule must not mean one thing here and another in its export. <c>\d \w \s</c> and their opposites are
/// written out, since .NET means all of Unicode by them, and <c>$</c> is the very end. Source: https://github.com/google/re2/wiki/Syntax.
/// </remarks>
internal static class Re2Pattern
{
    // Parts of a class. RE2's blanks have no vertical tab.
    private const string Digits = "0-9";
    private const string NoDigits = @"\u0000-/:-\uFFFF";
    private const string Words = "0-9A-Z_a-z";
    private const string NoWords = @"\u0000-/:-@\u005B-\u005E`\u007B-\uFFFF";
    private const string Blanks = @"\t\n\f\r\u0020";
    private const string NoBlanks = @"\u0000-\u0008\u000B\u000E-\u001F!-\uFFFF";

    private const string SameEscapes = "aftnrvxpPAz";
    private const string Flags = "is-";

    /// <summary>The same expression for .NET.</summary>
    /// <exception cref="FormatException">RE2 has no such expression, or reads it differently; the text says how to mend it.</exception>
    public static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var (isInClass, classBegin) = (false, 0);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\')
            {
                text.Append(Escape(pattern, ref i, isInClass));
                continue;
            }

            if (isInClass)
            {
                CheckInClass(pattern, i);
                isInClass = c is not ']' || i == classBegin; // The first sign of a class may be its bracket.
            }
            else if (c is '[')
            {
                isInClass = true;
                classBegin = i + (pattern.AsSpan(i + 1).StartsWith("^") ? 2 : 1);
            }
            else if (c is '(')
            {
                CheckGroup(pattern, i);
            }

            text.Append(c is '$' && !isInClass ? @"\z" : c.ToString());
        }

        return text.ToString();
    }

    private static string Escape(string pattern, ref int at, bool isInClass)
    {
        if (++at == pattern.Length)
        {
            throw new FormatException(@"it ends with \: write \\ for the sign itself");
        }

        var c = pattern[at];
        return c switch
        {
            'd' => Class(Digits, isInClass),
            'D' => Class(NoDigits, isInClass),
            'w' => Class(Words, isInClass),
            'W' => Class(NoWords, isInClass),
            's' => Class(Blanks, isInClass),
            'S' => Class(NoBlanks, isInClass),
            'p' or 'P' when pattern.AsSpan(at + 1).StartsWith("{Is") => throw new FormatException($@"RE2 has no blocks such as \{c}{{IsGreek}}: name a category such as \p{{L}}, or write out a class"),
            _ when SameEscapes.Contains(c, StringComparison.Ordinal) || (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c)) => $"\\{c}",
            >= '0' and <= '9' => throw new FormatException($@"RE2 has no references back such as \{c}: write out what is to stand there"),
            _ => throw new FormatException($@"\{c} is none of RE2's, or means something else there: write out what is to stand there"),
        };
    }

    private static string Class(string members, bool isInClass) => isInClass ? members : $"[{members}]";

    private static void CheckInClass(string pattern, int at)
    {
        if (pattern[at] is '[')
        {
            throw new FormatException(pattern.AsSpan(at).StartsWith("[:")
                ? "classes such as [[:alpha:]] are read differently here: write them out, such as [A-Za-z]"
                : @"a bracket within a class is read differently by RE2: write \[ for the sign itself, and write out what a subtraction leaves");
        }
    }

    private static void CheckGroup(string pattern, int at)
    {
        if (!pattern.AsSpan(at + 1).StartsWith("?"))
        {
            return;
        }

        var end = at + 2;
        while (end < pattern.Length && Flags.Contains(pattern[end], StringComparison.Ordinal))
        {
            end++;
        }

        if (end == pattern.Length || !(pattern[end] is ':' || (pattern[end] is ')' && end > at + 2)))
        {
            throw new FormatException($"{pattern[at..Math.Min(end + 1, pattern.Length)]} is no group that RE2 has or reads alike, such as a look ahead or back, a comment or a name: write ( ) or (?: ), (?i) for any case");
        }
    }
}
