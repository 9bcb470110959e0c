namespace Datahall.Architecture.Tests;

public sealed class SourceFileTests
{
    private const int MostLines = 500;

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        var tooLong =
            from project in Repository.Projects
            from file in Repository.SourcesOf(project)
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Repository.Relative(file)} has {lines} lines: look for the second concept in it";

        Expect.None(tooLong);
    }

    [Fact]
    public void Folders_of_src_are_capabilities_and_not_layers()
    {
        string[] layers = ["Helpers", "Utils", "Managers", "Interfaces", "Models", "Impl", "Common", "Misc"];

        var found =
            from folder in Directory.EnumerateDirectories(Repository.At("src"), "*", SearchOption.AllDirectories)
            where layers.Contains(Path.GetFileName(folder))
            select Repository.Relative(folder);

        Expect.None(found);
    }
}
