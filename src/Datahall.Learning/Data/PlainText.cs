namespace Datahall.Learning.Data;

/// <summary>Reads plain text to learn a language from: each line that is not blank is a text.</summary>
internal static class PlainText
{
    /// <exception cref="LearningException">The file cannot be opened.</exception>
    public static IEnumerable<LabelledText> Read(string path) => DataFiles.Lines(path)
        .Where(line => !string.IsNullOrWhiteSpace(line.Text))
        .Select(line => new LabelledText(line.Text.Trim(), null, []) { Source = path, Line = line.Number });
}
