using System.CommandLine;

namespace Datahall.Cli.Simulate;

/// <summary>The option that draws a result into a file.</summary>
internal static class ChartFile
{
    public static Option<string?> Option() => new("--chart") { Description = "Draw how it went over time into this SVG file: traces of jobs, and scenarios (-f)", HelpName = "FILE" };

    /// <summary>The file that was named; null for none.</summary>
    public static string? Of(ParseResult parsed, Option<string?> option)
    {
        var file = parsed.GetValue(option);
        return file is null || Path.GetExtension(file).Equals(".svg", StringComparison.OrdinalIgnoreCase)
            ? file
            : throw CommandFailure.Usage($"--chart: {file} must end in .svg; other forms are not written");
    }

    public static void Write(string file, string svg)
    {
        try
        {
            File.WriteAllText(file, svg);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"--chart: {file} cannot be written: {e.Message}");
        }
    }
}
