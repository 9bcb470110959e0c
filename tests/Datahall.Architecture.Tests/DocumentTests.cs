namespace Datahall.Architecture.Tests;

public sealed class DocumentTests
{
    [Fact]
    public void Links_between_files_lead_somewhere()
    {
        var broken =
            from document in Repository.Documents
            from link in new MarkdownPage(document).Links
            where !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith("mailto:", StringComparison.Ordinal)
            let problem = ProblemOf(document, link.Target)
            where problem is not null
            select $"{Repository.Relative(document)}:{link.Line}: {link.Target}: {problem}";

        Expect.None(broken);
    }

    [Fact]
    public void Every_page_of_docs_can_be_reached_from_its_index()
    {
        var index = Repository.At("docs", "README.md");
        var reached = new HashSet<string> { index };
        var open = new Queue<string>(reached);
        while (open.TryDequeue(out var page))
        {
            foreach (var target in PagesLinkedBy(page).Where(reached.Add))
            {
                open.Enqueue(target);
            }
        }

        var pages = Repository.Documents.Where(static page => Repository.Relative(page).StartsWith("docs/", StringComparison.Ordinal));

        Expect.None(pages.Where(page => !reached.Contains(page)).Select(Repository.Relative));
    }

    private static IEnumerable<string> PagesLinkedBy(string page) =>
        from link in new MarkdownPage(page).Links
        let file = link.Target.Split('#')[0]
        where file.EndsWith(".md", StringComparison.Ordinal) && !file.Contains("://", StringComparison.Ordinal)
        let path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, file))
        where File.Exists(path)
        select path;

    private static string? ProblemOf(string document, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, parts[0]));
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return "there is no such file";
        }

        return parts is [_, var anchor] && path.EndsWith(".md", StringComparison.Ordinal) && !new MarkdownPage(path).HasAnchor(anchor)
            ? "that page has no such heading"
            : null;
    }
}
