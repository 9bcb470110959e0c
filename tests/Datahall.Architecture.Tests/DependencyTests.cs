namespace Datahall.Architecture.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Table_has_a_row_for_every_project_of_src_and_no_other() =>
        Assert.Equal(Repository.Projects, DependencyTable.Read().Select(static row => row.Project).Order(StringComparer.Ordinal));

    [Fact]
    public void Table_and_project_references_are_the_same()
    {
        var table = DependencyTable.Read().Select(static row => $"{row.Project}: {string.Join(", ", row.Uses)}").ToList();

        var references = DependencyTable.Read().Select(static row => $"{row.Project}: {string.Join(", ", Repository.ReferencesOf(row.Project))}");

        Assert.Equal(references, table);
    }

    [Fact]
    public void Sources_use_no_project_that_is_not_in_their_row()
    {
        var foreign =
            from row in DependencyTable.Read()
            from file in Repository.SourcesOf(row.Project)
            from used in Repository.UsingsOf(file)
            where used.Project != row.Project && !row.Uses.Contains(used.Project)
            select $"{Repository.Relative(file)}:{used.Line} uses {used.Project}, which is not in the row of {row.Project}";

        Expect.None(foreign);
    }

    [Fact]
    public void Rows_name_only_rows_above_them_so_that_no_two_projects_need_each_other()
    {
        var rows = DependencyTable.Read();

        var upward =
            from row in rows.Index()
            from used in row.Item.Uses
            where !rows.Take(row.Index).Any(above => above.Project == used)
            select $"{row.Item.Project} uses {used}, which stands below it or not at all";

        Expect.None(upward);
    }

    [Fact]
    public void Namespaces_follow_their_project_so_that_usings_tell_the_truth()
    {
        var elsewhere =
            from project in Repository.Projects
            from file in Repository.SourcesOf(project)
            from line in File.ReadLines(file)
            where line.StartsWith("namespace ", StringComparison.Ordinal)
            let name = line["namespace ".Length..].TrimEnd(';', ' ')
            where name != project && !name.StartsWith(project + ".", StringComparison.Ordinal)
            select $"{Repository.Relative(file)} is in namespace {name}";

        Expect.None(elsewhere);
    }
}
