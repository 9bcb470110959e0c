using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Datahall.Server.Console.Languages;

/// <summary>The console's words in one language: the resource <c>Languages/TAG.json</c>.</summary>
internal sealed class Texts
{
    /// <summary>The language where none is chosen.</summary>
    public const string Default = "en";

    private static readonly FrozenDictionary<string, Lazy<Texts>> Known =
        new[] { Default, "zh-CN" }.ToFrozenDictionary(static tag => tag, static tag => new Lazy<Texts>(() => Load(tag)), StringComparer.OrdinalIgnoreCase);

    private readonly FrozenDictionary<string, string> words;

    private Texts(string language, FrozenDictionary<string, string> words) => (Language, this.words) = (language, words);

    /// <summary>The languages that there are, as BCP 47 tags.</summary>
    public static IReadOnlyList<string> Languages { get; } = [Default, "zh-CN"];

    /// <summary>Whose words these are.</summary>
    public string Language { get; }

    /// <summary>All keys.</summary>
    public IEnumerable<string> Keys => words.Keys;

    /// <summary>The text of a key; the key itself when it has none, which a test finds.</summary>
    public string this[string key] => words.GetValueOrDefault(key, key);

    /// <summary>The text of a key, with values in its places <c>{0}</c>, <c>{1}</c>.</summary>
    public string this[string key, params ReadOnlySpan<object?> values] => string.Format(CultureInfo.InvariantCulture, this[key], values);

    /// <summary>The text of a word of the model, such as a phase; the word itself when it has none.</summary>
    public string Word(string group, string? word) => word is null ? "" : words.GetValueOrDefault($"{group}.{word}", word);

    /// <summary>The words of a language; those of the default one when it is not known.</summary>
    public static Texts Of(string? language) =>
        Known.TryGetValue(language ?? Default, out var texts) ? texts.Value : Known[Default].Value;

    /// <summary>The first language of an Accept-Language header that there is.</summary>
    public static string Choose(string acceptLanguage)
    {
        foreach (var range in acceptLanguage.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var primary = range.Split(';', '-')[0];
            if (Languages.FirstOrDefault(tag => tag.Split('-')[0].Equals(primary, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return found;
            }
        }

        return Default;
    }

    private static Texts Load(string language)
    {
        using var resource = typeof(Texts).Assembly.GetManifestResourceStream($"console/languages/{language}.json")
            ?? throw new InvalidOperationException($"the assembly has no texts of {language}: build it again");
        using var document = JsonDocument.Parse(resource);
        return new(language, document.RootElement.EnumerateObject().ToFrozenDictionary(
            static entry => entry.Name, static entry => entry.Value.GetString()!, StringComparer.Ordinal));
    }
}
