using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Datahall.Model;

/// <summary>How a label is matched.</summary>
public enum LabelMatch
{
    /// <summary>It has the value; written <c>=</c>.</summary>
    Equal,

    /// <summary>It has another value; written <c>!=</c>.</summary>
    NotEqual,

    /// <summary>All of it fits the expression; written <c>=~</c>.</summary>
    Fits,

    /// <summary>It does not fit the expression; written <c>!~</c>.</summary>
    FitsNot,
}

/// <summary>A condition on a label, as Prometheus and Alertmanager write it: <c>route="chat"</c>, <c>status=~"5.."</c>.</summary>
/// <remarks>A label that a series lacks counts as empty. Expressions are those of RE2, and matched in linear time as there.</remarks>
public sealed partial class LabelMatcher
{
    private static readonly string[] Signs = ["=", "!=", "=~", "!~"];

    private readonly Regex? expression;

    private LabelMatcher(string label, LabelMatch match, string value)
    {
        (Label, Match, Value) = (label, match, value);
        expression = match is LabelMatch.Fits or LabelMatch.FitsNot
            ? new Regex($@"\A(?:{Re2Pattern.Translate(value)})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline)
            : null;
    }

    /// <summary>The label's name.</summary>
    public string Label { get; }

    /// <summary>How it is matched.</summary>
    public LabelMatch Match { get; }

    /// <summary>The value or the expression.</summary>
    public string Value { get; }

    /// <summary>Reads a matcher; quotes around the value may be left out when it has no blanks, commas, quotes and braces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matcher">The matcher, or null.</param>
    /// <param name="problem">What is wrong, and how to mend it; or null.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out LabelMatcher? matcher, [NotNullWhen(false)] out string? problem)
    {
        (matcher, problem) = (null, null);
        if (Form.Match(text) is not { Success: true } form)
        {
            problem = "this is no matcher; write it like route=\"chat\", route!=\"chat\", status=~\"5..\" or status!~\"2..\"";
            return false;
        }

        var match = (LabelMatch)Array.IndexOf(Signs, form.Groups["sign"].Value);
        var value = form.Groups["quoted"].Success ? Unescape(form.Groups["quoted"].Value) : form.Groups["bare"].Value;
        try
        {
            matcher = new(form.Groups["label"].Value, match, value);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or FormatException)
        {
            problem = $"its expression cannot be used: {e.Message}";
            return false;
        }
    }

    /// <summary>Reads a matcher that was checked before.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LabelMatcher Parse(string text) => TryParse(text, out var matcher, out var problem) ? matcher : throw new FormatException($"{text}: {problem}");

    /// <summary>Whether a series with these labels is meant.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.TryGetValue(Label, out var found) ? found : "";
        return Match switch
        {
            LabelMatch.Equal => value == Value,
            LabelMatch.NotEqual => value != Value,
            LabelMatch.Fits => expression!.IsMatch(value),
            _ => !expression!.IsMatch(value),
        };
    }

    /// <summary>As Prometheus writes it.</summary>
    public override string ToString() =>
        $"{Label}{Signs[(int)Match]}\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Unescape(string quoted)
    {
        if (!quoted.Contains('\\', StringComparison.Ordinal))
        {
            return quoted;
        }

        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            text.Append(quoted[i] is not '\\' ? quoted[i] : quoted[++i] is 'n' ? '\n' : quoted[i]);
        }

        return text.ToString();
    }

    [GeneratedRegex("""\A\s*(?<label>[A-Za-z_][A-Za-z0-9_]*)\s*(?<sign>=~|!~|!=|=)\s*("(?<quoted>([^"\\]|\\["\\n])*)"|(?<bare>[^\s"',{}=~!]*))\s*\z""", RegexOptions.ExplicitCapture)]
    private static partial Regex Form { get; }
}
