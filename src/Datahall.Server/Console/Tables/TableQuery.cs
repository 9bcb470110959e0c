using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Datahall.Server.Console.Tables;

/// <summary>What of a table is shown, as it stands in the page's address: a reload, a bookmark and a link show the same.</summary>
/// <param name="Filter">The words that rows must have; empty: all rows.</param>
/// <param name="Sort">The column that orders the rows; empty: the table's own order.</param>
/// <param name="Descending">Whether the order is turned round.</param>
/// <param name="Page">The page, from 1.</param>
public sealed record TableQuery(string Filter, string Sort, bool Descending, int Page)
{
    private const int MaxFilter = 200;

    /// <summary>All rows, in the table's own order, from the first page.</summary>
    public static TableQuery All { get; } = new("", "", false, 1);

    /// <summary>Reads the part of an address after the question mark.</summary>
    /// <param name="query">That part.</param>
    /// <param name="prefix">Stands before each name, so that a page may have several tables.</param>
    public static TableQuery Parse(string query, string prefix = "")
    {
        var values = QueryHelpers.ParseQuery(query);
        var sort = Value("sort");
        var filter = Value("q");
        return new(
            filter.Length > MaxFilter ? filter[..MaxFilter] : filter,
            sort.TrimStart('-'),
            sort.StartsWith('-'),
            int.TryParse(Value("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1);

        string Value(string name) => values.TryGetValue(prefix + name, out var found) ? found.ToString() : "";
    }

    /// <summary>The values for the address; null takes one out of it.</summary>
    public IReadOnlyDictionary<string, object?> ToValues(string prefix = "") => new Dictionary<string, object?>
    {
        [prefix + "q"] = Filter.Length > 0 ? Filter : null,
        [prefix + "sort"] = Sort.Length > 0 ? (Descending ? "-" : "") + Sort : null,
        [prefix + "page"] = Page > 1 ? Page : null,
    };

    /// <summary>After a click on a column's heading: ordered by it, then turned round, then as before.</summary>
    public TableQuery SortBy(string column) =>
        Sort != column ? this with { Sort = column, Descending = false, Page = 1 }
        : !Descending ? this with { Descending = true, Page = 1 }
        : this with { Sort = "", Descending = false, Page = 1 };
}
