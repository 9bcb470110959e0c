using System.Diagnostics.CodeAnalysis;

namespace Datahall.Server.Resources;

/// <summary>Which labels a resource must carry: <c>a=b</c>, <c>a!=b</c>, <c>a</c>, <c>!a</c>, <c>a in (b,c)</c>, <c>a notin (b,c)</c>, all of them.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<Requirement> requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => this.requirements = requirements;

    /// <summary>Selects everything.</summary>
    public static LabelSelector All { get; } = new([]);

    /// <summary>Reads a selector; null and empty select everything.</summary>
    /// <param name="text">What a user wrote.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="error">What is wrong with it, and how to mend it.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out LabelSelector? selector, [NotNullWhen(false)] out string? error)
    {
        selector = All;
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var requirements = new List<Requirement>();
        foreach (var part in SplitOutsideParentheses(text))
        {
            if (Requirement.Parse(part.Trim()) is not { } requirement)
            {
                selector = null;
                error = $"'{part.Trim()}' in the label selector '{text}' is not a condition: write a=b, a!=b, a, !a, a in (b,c) or a notin (b,c), parted by commas";
                return false;
            }

            requirements.Add(requirement);
        }

        selector = new(requirements);
        return true;
    }

    /// <summary>Whether labels meet every condition.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static List<string> SplitOutsideParentheses(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    // Without values: the key is there. A negated condition also holds where the key is absent, as in Kubernetes.
    private sealed record Requirement(string Key, IReadOnlyList<string>? Values, bool Negated)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels) =>
            (labels.TryGetValue(Key, out var value) && (Values is null || Values.Contains(value))) != Negated;

        public static Requirement? Parse(string text)
        {
            if (text.EndsWith(')'))
            {
                return ParseSet(text);
            }

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                var negated = text.StartsWith('!');
                return Checked(negated ? text[1..] : text, null, negated);
            }

            var differs = equals > 0 && text[equals - 1] == '!';
            var value = text[(equals + 1)..].TrimStart('=');
            return Checked(text[..(differs ? equals - 1 : equals)], [value.Trim()], differs);
        }

        private static Requirement? ParseSet(string text)
        {
            var open = text.IndexOf('(', StringComparison.Ordinal);
            var words = open < 0 ? [] : text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words is [var key, "in" or "notin"]
                ? Checked(key, text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries), words[1] == "notin")
                : null;
        }

        private static Requirement? Checked(string key, IReadOnlyList<string>? values, bool negated)
        {
            key = key.Trim();
            return key.Length > 0 && IsWord(key) && (values is null || values.All(IsWord)) ? new(key, values, negated) : null;
        }

        private static bool IsWord(string text) => text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
    }
}
