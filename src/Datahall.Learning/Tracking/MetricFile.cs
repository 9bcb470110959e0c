using System.Text;
using System.Text.Json;

namespace Datahall.Learning.Tracking;

/// <summary>Reads and shortens <c>metrics.jsonl</c>.</summary>
internal static class MetricFile
{
    /// <summary>Reads all lines; a last line that a killed process left unfinished is passed over.</summary>
    /// <exception cref="LearningException">A line before the last one is no metrics.</exception>
    public static IReadOnlyList<MetricLine> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = new List<MetricLine>();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            try
            {
                lines.Add(JsonSerializer.Deserialize(line, MetricJson.Default.MetricLine)
                    ?? throw new JsonException("the line says null"));
            }
            catch (JsonException) when (reader.EndOfStream)
            {
                break;
            }
            catch (JsonException e)
            {
                throw new LearningException($"{path}:{number} is no line of metrics ({e.Message}); remove the line", e);
            }
        }

        return lines;
    }

    /// <summary>Forgets what was measured after a step, and returns what is kept.</summary>
    public static IReadOnlyList<MetricLine> Truncate(string path, long lastStep)
    {
        IReadOnlyList<MetricLine> kept = [.. Read(path).Where(line => line.Step <= lastStep)];
        var text = new StringBuilder();
        foreach (var line in kept)
        {
            text.Append(Format(line)).Append('\n');
        }

        RunFolder.Replace(path, Encoding.UTF8.GetBytes(text.ToString()));
        return kept;
    }

    public static string Format(MetricLine line) => JsonSerializer.Serialize(line, MetricJson.Default.MetricLine);
}
