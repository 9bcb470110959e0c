using System.Globalization;
using System.Text;

namespace Datahall.Learning.Evaluation;

/// <summary>How often each gold label was told as each other.</summary>
internal sealed class Confusion
{
    private Confusion(IReadOnlyList<string> labels, long[][] counts)
    {
        Labels = labels;
        Counts = counts;
    }

    /// <summary>Labels in the order of their characters.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Shape [gold, predicted], both in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<long[]> Counts { get; }

    /// <summary>Counts pairs of labels.</summary>
    /// <exception cref="LearningException">There are not as many of one as of the other.</exception>
    public static Confusion Of(IEnumerable<string> gold, IEnumerable<string> predicted)
    {
        var pairs = new Dictionary<(string, string), long>();
        foreach (var pair in Pairs.Of(gold, predicted))
        {
            pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
        }

        string[] labels = [.. pairs.Keys.SelectMany(pair => new[] { pair.Item1, pair.Item2 }).Distinct().Order(StringComparer.Ordinal)];
        return new Confusion(
            labels, [.. labels.Select(right => labels.Select(found => pairs.GetValueOrDefault((right, found))).ToArray())]);
    }

    /// <summary>The pairs that are mistaken most often.</summary>
    public IEnumerable<(string Gold, string Predicted, long Count)> Mistakes() => Labels
        .SelectMany((right, i) => Labels.Select((found, j) => (right, found, Counts[i][j])))
        .Where(pair => pair.right != pair.found && pair.Item3 > 0)
        .OrderByDescending(pair => pair.Item3);

    /// <summary>As a plain table with gold labels at the left.</summary>
    public string Text()
    {
        var cells = Counts.SelectMany(row => row).Select(count => count.ToString(CultureInfo.InvariantCulture).Length);
        var width = Labels.Select(label => label.Length).Concat(cells).DefaultIfEmpty().Max();
        var text = new StringBuilder().Append(' ', width);
        foreach (var label in Labels)
        {
            text.Append(' ').Append(label.PadLeft(width));
        }

        text.Append('\n');
        for (var i = 0; i < Labels.Count; i++)
        {
            text.Append(Labels[i].PadLeft(width));
            foreach (var count in Counts[i])
            {
                text.Append(' ').Append(count.ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
