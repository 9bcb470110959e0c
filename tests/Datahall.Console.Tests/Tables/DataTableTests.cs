using Bunit;
using Datahall.Server.Console.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Console.Tests.Tables;

public sealed class DataTableTests
{
    private static readonly TableColumn<string>[] Columns = [new("name", static row => row)];

    [Fact]
    public void Hostile_rows_are_text()
    {
        using var rendering = new Rendering();

        var table = Render(rendering, ["<script>alert(1)</script>", "\u202eturned"]);

        Assert.Empty(table.FindAll("script"));
        Assert.Contains("&lt;script&gt;", table.Markup, StringComparison.Ordinal);
        Assert.All(table.FindAll("tbody td"), static cell => Assert.NotNull(cell.QuerySelector("bdi")));
    }

    [Fact]
    public void Heading_orders_through_the_address()
    {
        using var rendering = new Rendering();
        var table = Render(rendering, ["a", "b"]);

        table.Find("th button").Click();
        table.Find("th button").Click();

        Assert.EndsWith("?sort=-name", rendering.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Equal("descending", table.Find("th").GetAttribute("aria-sort"));
        Assert.Equal(["b", "a"], table.FindAll("tbody td").Select(static cell => cell.TextContent.Trim()));
    }

    [Fact]
    public void Pages_are_turned_and_the_filter_begins_on_the_first()
    {
        using var rendering = new Rendering();
        var table = Render(rendering, [.. Enumerable.Range(0, 120).Select(static i => $"row-{i:000}")]);

        table.Find(".table-pages button:last-of-type").Click();
        Assert.Contains("row-050", table.Find("tbody").TextContent, StringComparison.Ordinal);
        table.Find("input[type=search]").Input("row-01");

        Assert.Equal(10, table.FindAll("tbody tr").Count);
        Assert.EndsWith("?q=row-01", rendering.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "There is nothing here yet.")]
    [InlineData("zh-CN", "暂无内容。")]
    public void Empty_table_says_so_in_the_visitors_language(string language, string expected)
    {
        using var rendering = new Rendering(language);

        Assert.Contains(expected, Render(rendering, []).Markup, StringComparison.Ordinal);
    }

    private static IRenderedComponent<DataTable<string>> Render(Rendering rendering, string[] rows) => rendering.Render<DataTable<string>>(parameters => parameters
        .Add(static table => table.Rows, rows)
        .Add(static table => table.Columns, Columns)
        .Add(static table => table.KeyOf, static row => row)
        .Add(static table => table.Caption, "rows"));
}
