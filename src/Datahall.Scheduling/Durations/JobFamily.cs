namespace Datahall.Scheduling.Durations;

/// <summary>What jobs that are run again and again have in common: the name without counters, dates and hashes at its end.</summary>
public static class JobFamily
{
    private const int ShortestHash = 6;

    /// <summary>The family of a name: <c>ner-finetune-17</c> and <c>ner-finetune-2026-11-23</c> are <c>ner-finetune</c>; empty when nothing is left.</summary>
    public static string Of(string name)
    {
        var end = name.Length;
        while (end > 0)
        {
            var start = name.AsSpan(0, end).LastIndexOfAny("-_./:") + 1;
            var part = name.AsSpan(start, end - start);
            if (part.Length > 0 && !IsCounter(part) && !IsHash(part))
            {
                break;
            }

            end = Math.Max(0, start - 1);
        }

        // A name in one piece, such as train12, carries its counter inside.
        return end == name.Length ? name.TrimEnd("0123456789".ToCharArray()) : name[..end];
    }

    private static bool IsCounter(ReadOnlySpan<char> part) => part.IndexOfAnyExceptInRange('0', '9') < 0;

    // A word of the letters a to f, such as "facade", is no hash: that has a digit too.
    private static bool IsHash(ReadOnlySpan<char> part)
    {
        var digits = 0;
        foreach (var c in part)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }

            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return part.Length >= ShortestHash ? digits > 0 : part.Length >= ShortestHash - 2 && digits > 1;
    }
}
