namespace Datahall.Server.Console.Tables;

/// <summary>The rows of one page of a table.</summary>
/// <typeparam name="T">What a row is.</typeparam>
/// <param name="Rows">The rows.</param>
/// <param name="Found">How many rows the filter lets through, on all pages.</param>
/// <param name="Page">The page that is shown, from 1: the last one when fewer are left than were asked for.</param>
/// <param name="Pages">How many pages there are, at least 1.</param>
internal sealed record TableView<T>(IReadOnlyList<T> Rows, int Found, int Page, int Pages)
{
    /// <summary>Filters, orders and cuts rows.</summary>
    /// <param name="rows">All rows, in the table's own order.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="query">What is to be shown.</param>
    /// <param name="pageSize">The most rows of a page, at least 1.</param>
    public static TableView<T> Of(IReadOnlyList<T> rows, IReadOnlyList<TableColumn<T>> columns, TableQuery query, int pageSize)
    {
        var filter = RowFilter<T>.Parse(query.Filter, columns);
        var found = filter is null ? rows : [.. rows.Where(filter.Matches)];
        if (columns.FirstOrDefault(column => column.Key == query.Sort) is { } by)
        {
            found = Sorted(found, by.Order ?? by.Text, query.Descending);
        }

        var pages = Math.Max(1, (found.Count + pageSize - 1) / pageSize);
        var page = Math.Min(query.Page, pages);
        return new([.. found.Skip((page - 1) * pageSize).Take(pageSize)], found.Count, page, pages);
    }

    // Stable: rows that are alike keep the table's own order, so that nothing jumps when something else changes.
    private static T[] Sorted(IReadOnlyList<T> rows, Func<T, IComparable?> order, bool descending)
    {
        var keyed = new (IComparable? Key, int At)[rows.Count];
        for (var i = 0; i < keyed.Length; i++)
        {
            keyed[i] = (order(rows[i]), i);
        }

        Array.Sort(keyed, (a, b) => Compare(a.Key, b.Key, descending) is var byKey and not 0 ? byKey : a.At.CompareTo(b.At));
        return Array.ConvertAll(keyed, entry => rows[entry.At]);
    }

    private static int Compare(IComparable? a, IComparable? b, bool descending) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        (string left, string right) => (descending ? -1 : 1) * string.CompareOrdinal(left, right),
        _ => (descending ? -1 : 1) * a.CompareTo(b),
    };
}

/// <summary>Which rows have every word of a filter: <c>word</c> in any column, <c>column:word</c> in that one, <c>-word</c> in none.</summary>
/// <typeparam name="T">What a row is.</typeparam>
internal sealed class RowFilter<T>
{
    private readonly IReadOnlyList<TableColumn<T>> columns;
    private readonly List<(string Word, TableColumn<T>? Column, bool Negated)> words = [];

    private RowFilter(IReadOnlyList<TableColumn<T>> columns) => this.columns = columns;

    /// <summary>Reads a filter; null when it lets everything through.</summary>
    public static RowFilter<T>? Parse(string text, IReadOnlyList<TableColumn<T>> columns)
    {
        var filter = new RowFilter<T>(columns);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var negated = part.Length > 1 && part[0] == '-';
            var word = negated ? part[1..] : part;
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var column = colon > 0 ? columns.FirstOrDefault(c => c.Key.Equals(word[..colon], StringComparison.OrdinalIgnoreCase)) : null;
            filter.words.Add((column is null ? word : word[(colon + 1)..], column, negated));
        }

        return filter.words.Count > 0 ? filter : null;
    }

    /// <summary>Whether a row has every word.</summary>
    public bool Matches(T row)
    {
        foreach (var (word, column, negated) in words)
        {
            var has = column is not null ? Has(column, row, word) : columns.Any(c => Has(c, row, word));
            if (has == negated)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Has(TableColumn<T> column, T row, string word) => column.Text(row).Contains(word, StringComparison.OrdinalIgnoreCase);
}
