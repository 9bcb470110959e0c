namespace Datahall.Learning.Data;

/// <summary>Reads plain text to learn a language from: each line that is not blank is a text. A line that is not UTF-8 stops.</summary>
internal static class PlainText
{
    /// <exception cref="LearningException">The file cannot be opened, or a line is not UTF-8.</exception>
    public static IEnumerable<LabelledText> Read(string path) => DataFiles.Lines(path)
        .Where(line => DataFiles.Problem(line.Text) is { } problem
            ? throw new LearningException($"{path}:{line.Number}: {problem}")
            : !string.IsNullOrWhiteSpace(line.Text))
        .Select(line => new LabelledText(line.Text.Trim(), null, []) { Source = path, Line = line.Number });
}
