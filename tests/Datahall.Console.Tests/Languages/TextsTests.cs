using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Datahall.Model;
using Datahall.Server.Console.Figures;
using Datahall.Server.Console.Languages;
using Datahall.Server.Console.Simulations;

namespace Datahall.Console.Tests.Languages;

public sealed partial class TextsTests
{
    [Fact]
    public void Every_language_has_the_same_keys_and_places()
    {
        var english = Texts.Of(Texts.Default);

        foreach (var texts in Texts.Languages.Select(Texts.Of))
        {
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), texts.Keys.Order(StringComparer.Ordinal));
            Assert.All(english.Keys, key => Assert.Equal(PlacesOf(english[key]), PlacesOf(texts[key])));
            Assert.All(texts.Keys, key => Assert.False(string.IsNullOrWhiteSpace(texts[key]), key));
        }
    }

    [Fact]
    public void Every_key_that_the_console_names_has_a_text()
    {
        var known = Texts.Of(Texts.Default).Keys.ToHashSet(StringComparer.Ordinal);
        var named =
            from file in Directory.EnumerateFiles(ConsoleFolder(), "*.*", SearchOption.AllDirectories)
            where file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)
            from Match match in KeysInSources.Matches(File.ReadAllText(file))
            select match.Groups.Cast<Group>().Skip(1).First(static found => found.Success).Value;
        var columns =
            from file in Directory.EnumerateFiles(ConsoleFolder(), "*.razor", SearchOption.AllDirectories)
            from Match match in ColumnsInSources.Matches(File.ReadAllText(file))
            select $"column.{match.Groups[1].Value}";

        Assert.Equal([], named.Concat(columns).Where(key => !known.Contains(key)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_phase_state_severity_and_figure_has_a_word()
    {
        var known = Texts.Of(Texts.Default).Keys.ToHashSet(StringComparer.Ordinal);
        string[] words =
        [
            .. Of<JobPhase>(), .. Of<TaskPhase>(), .. Of<ServicePhase>(), .. Of<NodePhase>(), .. Of<NodeMode>(), .. Of<PowerState>(), .. Of<IncidentState>(), .. Of<AlertSeverity>(),
        ];

        Assert.Equal([], words.Select(static word => $"phase.{word}").Concat(SimulationComparison.Keys.Select(static key => $"figure.{key}")).Where(key => !known.Contains(key)).Distinct());
    }

    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [InlineData("zh-TW", "zh-CN")]
    [InlineData("de-DE,en;q=0.5", "en")]
    [InlineData("", "en")]
    [InlineData(",;q=", "en")]
    public void Choose_takes_the_first_language_that_there_is(string header, string expected) => Assert.Equal(expected, Texts.Choose(header));

    private static IEnumerable<string> Of<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Words.Of);

    private static string PlacesOf(string text) => string.Join(',', Places.Matches(text).Select(static match => match.Value).Order(StringComparer.Ordinal));

    private static string ConsoleFolder([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../src/Datahall.Server/Console"));

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Places { get; }

    [GeneratedRegex(@"[Tt]exts\[""([^""$]+)""|<(?:Fact|Tile) Key=""([^""@]+)""")]
    private static partial Regex KeysInSources { get; }

    [GeneratedRegex(@"^\s+(?:[?:] )?new\(""([a-zA-Z]+)"", ", RegexOptions.Multiline)]
    private static partial Regex ColumnsInSources { get; }
}
