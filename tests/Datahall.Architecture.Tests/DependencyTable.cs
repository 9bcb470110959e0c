namespace Datahall.Architecture.Tests;

/// <summary>The dependency table of <c>docs/architecture.md</c>, from top to bottom.</summary>
internal static class DependencyTable
{
    private const string Heading = "## Dependency table";

    /// <summary>Each row: the project, and the projects that it may use.</summary>
    public static IReadOnlyList<(string Project, IReadOnlyList<string> Uses)> Read() =>
    [
        .. File.ReadLines(Repository.At("docs", "architecture.md"))
            .SkipWhile(static line => line != Heading).Skip(1)
            .TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(static line => line.StartsWith("| `Datahall.", StringComparison.Ordinal))
            .Select(Row),
    ];

    private static (string Project, IReadOnlyList<string> Uses) Row(string line)
    {
        var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
        IReadOnlyList<string> uses = cells[^1] == "nothing"
            ? []
            : [.. cells[^1].Split(',', StringSplitOptions.TrimEntries).Select(static name => "Datahall." + name).Order(StringComparer.Ordinal)];
        return (cells[0].Trim('`'), uses);
    }
}
