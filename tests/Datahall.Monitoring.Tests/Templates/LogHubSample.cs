using System.Text;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Templates;

/// <summary>Two thousand lines of one system of the LogHub collection (Zhu et al., ISSRE 2023) with the templates that people gave them.</summary>
internal sealed class LogHubSample
{
    private LogHubSample(IReadOnlyList<byte[]> lines, IReadOnlyList<string> truth) => (Lines, Truth) = (lines, truth);

    /// <summary>Whole lines, with their headers.</summary>
    public IReadOnlyList<byte[]> Lines { get; }

    /// <summary>The event of each line.</summary>
    public IReadOnlyList<string> Truth { get; }

    public static LogHubSample Load(string system)
    {
        var lines = File.ReadLines(SharedData.Find($"logs/loghub/{system}/{system}_2k.log")).Select(Encoding.UTF8.GetBytes).ToList();
        var rows = Csv(File.ReadAllText(SharedData.Find($"logs/loghub/{system}/{system}_2k.log_structured.csv")));
        var column = Array.IndexOf(rows[0], "EventId");
        return new(lines, [.. rows.Skip(1).Select(row => row[column])]);
    }

    /// <summary>The share of lines whose predicted group is a true group, line for line: grouping accuracy as LogPAI computes it.</summary>
    public double Accuracy(IReadOnlyList<int> predicted)
    {
        Assert.Equal(Truth.Count, predicted.Count);
        var sizes = Truth.CountBy(static label => label).ToDictionary();
        var right = Truth.Zip(predicted).GroupBy(static pair => pair.Second)
            .Where(group => group.DistinctBy(static pair => pair.First).Count() == 1 && sizes[group.First().First] == group.Count())
            .Sum(static group => group.Count());
        return (double)right / Truth.Count;
    }

    /// <summary>The template of each line after all of them were read.</summary>
    public IReadOnlyList<int> Mine(LineFormat format, MinerOptions? options = null)
    {
        Dictionary<int, int> merged = [];
        var miner = new TemplateMiner(options) { Merged = (from, into) => merged[from] = into };
        List<int> ids = [];
        foreach (var line in Lines)
        {
            format.TryRead(line, out var parts);
            ids.Add(miner.Add(parts.Content));
        }

        return [.. ids.Select(Final)];

        int Final(int id) => merged.TryGetValue(id, out var into) ? Final(into) : id;
    }

    private static List<string[]> Csv(string text)
    {
        List<string[]> rows = [];
        List<string> row = [];
        var (field, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] is '"':
                    field.Append(text[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' or '\n' when !quoted:
                    row.Add(field.ToString());
                    field.Clear();
                    if (text[i] is '\n')
                    {
                        rows.Add([.. row]);
                        row.Clear();
                    }

                    break;
                case '\r' when !quoted:
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        if (row.Count > 0)
        {
            rows.Add([.. row, field.ToString()]);
        }

        return rows;
    }
}
