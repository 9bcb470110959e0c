using Datahall.Server.Console.Tables;

namespace Datahall.Console.Tests.Tables;

public sealed class TableTests
{
    private static readonly TableColumn<(string Name, int Size)>[] Columns =
    [
        new("name", static row => row.Name),
        new("size", static row => row.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)) { Order = static row => row.Size < 0 ? null : row.Size },
    ];

    private static readonly (string Name, int Size)[] Rows = [("alpha", 10), ("beta", 9), ("gamma", -1), ("delta", 10)];

    [Theory]
    [InlineData("", "alpha beta gamma delta")]
    [InlineData("A", "alpha beta gamma delta")]
    [InlineData("al", "alpha")]
    [InlineData("name:ta", "beta delta")]
    [InlineData("ta size:10", "delta")]
    [InlineData("-ta", "alpha gamma")]
    [InlineData("-size:10 a", "beta gamma")]
    [InlineData("nothing", "")]
    [InlineData("other:ta", "")]
    public void Filter_keeps_rows_that_have_every_word(string filter, string expected)
    {
        var view = TableView<(string Name, int Size)>.Of(Rows, Columns, TableQuery.All with { Filter = filter }, 50);

        Assert.Equal(expected, string.Join(' ', view.Rows.Select(static row => row.Name)));
    }

    [Theory]
    [InlineData("size", false, "beta alpha delta gamma")]
    [InlineData("size", true, "alpha delta beta gamma")]
    [InlineData("name", true, "gamma delta beta alpha")]
    [InlineData("other", false, "alpha beta gamma delta")]
    public void Sort_is_stable_and_rows_without_a_value_come_last(string sort, bool descending, string expected)
    {
        var view = TableView<(string Name, int Size)>.Of(Rows, Columns, new("", sort, descending, 1), 50);

        Assert.Equal(expected, string.Join(' ', view.Rows.Select(static row => row.Name)));
    }

    [Theory]
    [InlineData(1, 1, 2, "alpha beta")]
    [InlineData(2, 2, 2, "gamma delta")]
    [InlineData(9, 2, 2, "gamma delta")]
    public void Page_that_is_gone_becomes_the_last_one(int asked, int shown, int pages, string expected)
    {
        var view = TableView<(string Name, int Size)>.Of(Rows, Columns, TableQuery.All with { Page = asked }, 2);

        Assert.Equal((shown, pages, 4), (view.Page, view.Pages, view.Found));
        Assert.Equal(expected, string.Join(' ', view.Rows.Select(static row => row.Name)));
    }

    [Theory]
    [InlineData("?q=a%20b&sort=-name&page=3", "a b", "name", true, 3)]
    [InlineData("?page=-1&sort=", "", "", false, 1)]
    [InlineData("?page=99999999999999", "", "", false, 1)]
    [InlineData("", "", "", false, 1)]
    public void Query_is_read_from_the_address(string query, string filter, string sort, bool descending, int page) =>
        Assert.Equal(new TableQuery(filter, sort, descending, page), TableQuery.Parse(query));

    [Fact]
    public void Query_of_a_second_table_keeps_to_its_own_names()
    {
        var query = TableQuery.Parse("?q=first&t-q=second&t-page=2", "t-");

        Assert.Equal(new TableQuery("second", "", false, 2), query);
        Assert.Equal("second", query.ToValues("t-")["t-q"]);
        Assert.Null(query.ToValues("t-")["t-sort"]);
    }

    [Fact]
    public void A_heading_orders_then_turns_round_then_lets_go()
    {
        var first = TableQuery.All.SortBy("name");
        var second = first.SortBy("name");

        Assert.Equal(("name", false), (first.Sort, first.Descending));
        Assert.Equal(("name", true), (second.Sort, second.Descending));
        Assert.Equal(("", false), (second.SortBy("name").Sort, second.SortBy("name").Descending));
    }
}
