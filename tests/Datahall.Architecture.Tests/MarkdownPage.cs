using System.Text.RegularExpressions;

namespace Datahall.Architecture.Tests;

/// <summary>A document's headings and links, as a browser of repositories shows them.</summary>
internal sealed partial class MarkdownPage
{
    private readonly HashSet<string> _anchors = new(StringComparer.Ordinal);

    public MarkdownPage(string path)
    {
        var links = new List<(string Target, int Line)>();
        var inCode = false;
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
            }
            else if (!inCode)
            {
                AddHeading(line);
                links.AddRange(Link.Matches(CodeSpan.Replace(line, "")).Select(match => (match.Groups["target"].Value, index + 1)));
            }
        }

        Links = links;
    }

    /// <summary>The links' targets, with their lines.</summary>
    public IReadOnlyList<(string Target, int Line)> Links { get; }

    /// <summary>Whether a link may end in this anchor.</summary>
    public bool HasAnchor(string anchor) => _anchors.Contains(anchor);

    private void AddHeading(string line)
    {
        if (Heading.Match(line) is not { Success: true } heading)
        {
            return;
        }

        // Lower case, blanks to hyphens, punctuation dropped; the second heading of a name gets -1.
        var text = heading.Groups["text"].Value.Trim().ToLowerInvariant();
        var slug = string.Concat(text.Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
        for (var (anchor, n) = (slug, 1); !_anchors.Add(anchor); n++)
        {
            anchor = $"{slug}-{n}";
        }
    }

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+?)\s*#*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link { get; }

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex CodeSpan { get; }
}
