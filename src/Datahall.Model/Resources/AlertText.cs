using System.Globalization;
using System.Text.RegularExpressions;

namespace Datahall.Model;

/// <summary>The words of a rule's summary that stand for what is found: a part of Prometheus' templates that means the same there.</summary>
public static partial class AlertText
{
    private const string Small = "munpfazy";
    private const string Large = "kMGTPEZY";
    private static readonly string[] Binary = ["", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

    /// <summary>What is wrong with a text, and how to mend it; null when nothing is.</summary>
    public static string? Check(string text)
    {
        var rest = Word.Replace(text, "");
        return rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal)
            ? "what stands in {{ }} is $labels.NAME, $value or $value | humanize, humanize1024, humanizePercentage or humanizeDuration"
            : null;
    }

    /// <summary>Puts in what was found; a label that is not there is empty.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> labels, double value) => Word.Replace(text, word =>
        word.Groups["label"] is { Success: true } label ? labels.GetValueOrDefault(label.Value, "") : Show(value, word.Groups["form"].Value));

    private static string Show(double value, string form) => form switch
    {
        "humanize" => Humanize(value),
        "humanize1024" => Humanize1024(value),
        "humanizePercentage" => $"{Digits(value * 100)}%",
        "humanizeDuration" => Lasting(value),
        _ => Shortest(value),
    };

    // As C prints it with %.4g.
    private static string Digits(double value)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            return Shortest(value);
        }

        var parts = value.ToString("e3", CultureInfo.InvariantCulture).Split('e');
        var exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return exponent is < -4 or >= 4
            ? $"{Trim(parts[0])}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"
            : Trim(value.ToString("F" + (3 - exponent), CultureInfo.InvariantCulture));
    }

    private static string Trim(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    private static string Humanize(double value)
    {
        var at = 0;
        if (value == 0 || !double.IsFinite(value))
        {
            return Digits(value);
        }

        if (Math.Abs(value) < 1)
        {
            for (; Math.Abs(value) < 1 && at < Small.Length; at++)
            {
                value *= 1000;
            }

            return $"{Digits(value)}{Small[at - 1]}";
        }

        for (; Math.Abs(value) >= 1000 && at < Large.Length; at++)
        {
            value /= 1000;
        }

        return at == 0 ? Digits(value) : $"{Digits(value)}{Large[at - 1]}";
    }

    private static string Humanize1024(double value)
    {
        if (Math.Abs(value) <= 1 || !double.IsFinite(value))
        {
            return Digits(value);
        }

        var at = 0;
        for (; Math.Abs(value) >= 1024 && at < Binary.Length - 1; at++)
        {
            value /= 1024;
        }

        return Digits(value) + Binary[at];
    }

    private static string Lasting(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds == 0)
        {
            return seconds == 0 ? "0s" : Digits(seconds);
        }

        if (Math.Abs(seconds) >= 1)
        {
            var sign = seconds < 0 ? "-" : "";
            var whole = (long)Math.Abs(seconds);
            var (days, hours, minutes, rest) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60);
            return days > 0 ? $"{sign}{days}d {hours}h {minutes}m {rest}s"
                : hours > 0 ? $"{sign}{hours}h {minutes}m {rest}s"
                : minutes > 0 ? $"{sign}{minutes}m {rest}s"
                : $"{sign}{Digits(Math.Abs(seconds))}s";
        }

        return Humanize(seconds) + "s";
    }

    // As Go prints a float: the fewest digits that mean the same, with an exponent below 1e-4 and from 1e21 on.
    private static string Shortest(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        0 => "0",
        _ when Math.Abs(value) is >= 1e15 and < 1e21 => value.ToString("F0", CultureInfo.InvariantCulture),
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };

    [GeneratedRegex(@"\{\{\s*(\$labels\.(?<label>[A-Za-z_][A-Za-z0-9_]*)|\$value(\s*\|\s*(?<form>humanize1024|humanizePercentage|humanizeDuration|humanize))?)\s*\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Word { get; }
}
