using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Datahall.Architecture.Tests;

/// <summary>The files of this repository, as they stand on disk.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The names of the projects under <c>src</c>.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateFiles(At("src"), "*.csproj", SearchOption.AllDirectories).Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)];

    /// <summary>Every document: all Markdown but that of tools' own folders and of build output.</summary>
    public static IReadOnlyList<string> Documents { get; } = [.. Files(Root, "*.md")];

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A path as people write it.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The projects that a project of <c>src</c> references by itself.</summary>
    public static IReadOnlyList<string> ReferencesOf(string project) =>
    [
        .. XDocument.Load(At("src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every source file of a project of <c>src</c>.</summary>
    public static IEnumerable<string> SourcesOf(string project) => Files(At("src", project), "*.cs");

    /// <summary>The projects whose namespaces a source file uses, with the line that says so.</summary>
    public static IEnumerable<(string Project, int Line)> UsingsOf(string file) =>
        from line in File.ReadLines(file).Index()
        let match = Using.Match(line.Item)
        where match.Success
        select (match.Groups["project"].Value, line.Index + 1);

    private static IEnumerable<string> Files(string folder, string pattern) =>
        from file in Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        let parts = Relative(file).Split('/')
        where !parts[..^1].Any(static part => part.StartsWith('.') || part is "artifacts" or "bin" or "obj" or "node_modules")
        orderby file
        select file;

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Datahall.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("these tests do not run inside the repository");
        }

        return folder;
    }

    [GeneratedRegex(@"^\s*(global\s+)?using\s+(static\s+|\w+\s*=\s*)?(?<project>Datahall\.\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Using { get; }
}
