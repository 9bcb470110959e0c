using System.Text;

namespace Datahall.Model.Manifests;

/// <summary>How error messages show what a user wrote.</summary>
internal static class Wording
{
    private const int LongestQuote = 40;

    /// <summary>The text in quotes, cut when it is long and without control characters, which could garble a terminal.</summary>
    public static string Quote(string text) => $"'{Shorten(text, LongestQuote)}'";

    public static string Shorten(string text, int longest)
    {
        var shown = new StringBuilder(Math.Min(text.Length, longest) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Rune.IsControl(rune) ? "�" : rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary><c>; did you mean 'x'?</c>, or nothing when no candidate is near.</summary>
    public static string DidYouMean(string word, IEnumerable<string> candidates) =>
        NearestName.Find(word, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>What could have been meant: the nearest candidate, and a short list of all of them.</summary>
    public static string Choices(string word, IReadOnlyCollection<string> candidates)
    {
        const int most = 12;
        var listed = string.Join(", ", candidates.Order(StringComparer.Ordinal).Take(most)) + (candidates.Count > most ? ", …" : "");
        return NearestName.Find(word, candidates) is { } nearest ? $"; did you mean '{nearest}'? ({listed})" : $"; it is one of {listed}";
    }
}
