using System.Buffers;

namespace Datahall.Scheduling.Durations;

/// <summary>The family of a job: its name without what changes from run to run.</summary>
public static class JobFamily
{
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Takes counters, dates and hashes off the end: <c>ner-finetune-17</c>, <c>ner-finetune-20260112</c> and <c>ner-finetune-9f3ac01b</c> are <c>ner-finetune</c>.</summary>
    /// <returns>The family; the name itself when nothing else would be left.</returns>
    public static string Of(string name)
    {
        var family = name.AsSpan();
        while (family.LastIndexOfAny('-', '.') is > 0 and var cut && Varies(family[(cut + 1)..]))
        {
            family = family[..cut];
        }

        var bare = family.TrimEnd("0123456789");
        return (bare.IsEmpty ? family : bare.TrimEnd("-.")).ToString() is { Length: > 0 } found ? found : name;
    }

    // Digits alone, or six and more hexadecimal digits with at least one number among them.
    private static bool Varies(ReadOnlySpan<char> word) =>
        word.IsEmpty || word.ContainsAnyExceptInRange('0', '9') is false
        || (word.Length >= 6 && word.ContainsAnyInRange('0', '9') && word.ContainsAnyExcept(Hexadecimal) is false);
}
