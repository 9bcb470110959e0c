using System.Globalization;
using Datahall.Monitoring.Lines;

namespace Datahall.Cli.Output;

/// <summary>Text that others wrote, as a terminal may be given it.</summary>
internal static class ShownText
{
    /// <summary>The text with what a terminal would obey made visible; most text has nothing of it and stays as it is.</summary>
    public static string Of(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            {
                return Visible(text);
            }
        }

        return text;
    }

    // By itself: the library is not loaded for text that needs nothing.
    private static string Visible(string text) => PrintableText.Of(text, text.Length);
}
