using System.Collections.Frozen;
using System.Text;

namespace Datahall.Monitoring.Lines;

/// <summary>How a line speaks of what happened.</summary>
public enum LineLevel
{
    /// <summary>It does not say.</summary>
    Unknown,

    /// <summary>For those who look for a fault.</summary>
    Debug,

    /// <summary>A usual event.</summary>
    Info,

    /// <summary>Something is not as it should be.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>Nothing can go on.</summary>
    Fatal,
}

/// <summary>Finds the level of a line.</summary>
public static class LineLevels
{
    private static readonly FrozenDictionary<string, LineLevel> Words = new Dictionary<string, LineLevel>
    {
        ["trace"] = LineLevel.Debug,
        ["debug"] = LineLevel.Debug,
        ["verbose"] = LineLevel.Debug,
        ["info"] = LineLevel.Info,
        ["notice"] = LineLevel.Info,
        ["warn"] = LineLevel.Warning,
        ["warning"] = LineLevel.Warning,
        ["error"] = LineLevel.Error,
        ["err"] = LineLevel.Error,
        ["severe"] = LineLevel.Error,
        ["failed"] = LineLevel.Error,
        ["failure"] = LineLevel.Error,
        ["exception"] = LineLevel.Error,
        ["traceback"] = LineLevel.Error,
        ["fatal"] = LineLevel.Fatal,
        ["critical"] = LineLevel.Fatal,
        ["panic"] = LineLevel.Fatal,
        ["emerg"] = LineLevel.Fatal,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The level by its field, or else by the worst word of the content that names one.</summary>
    /// <param name="field">The field of the header; may be empty, or something else that is called a level.</param>
    /// <param name="content">What the line says; of a long one the first 1,024 bytes count.</param>
    public static LineLevel Of(ReadOnlySpan<byte> field, ReadOnlySpan<byte> content)
    {
        if (Words.TryGetValue(Encoding.ASCII.GetString(field), out var level))
        {
            return level;
        }

        var worst = LineLevel.Unknown;
        var text = Encoding.ASCII.GetString(content[..Math.Min(content.Length, 1024)]).AsSpan();
        var words = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                continue;
            }

            var word = text[start..at];
            var named = words.TryGetValue(word, out level) ? level
                : word.EndsWith("Error") || word.EndsWith("Exception") ? LineLevel.Error : LineLevel.Unknown;
            worst = (LineLevel)Math.Max((int)worst, (int)named);
            start = at + 1;
        }

        return worst;
    }
}
