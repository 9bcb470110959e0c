using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Datahall.Server.Console.Tables;

/// <summary>A table with filter, order and pages, all held in the page's address.</summary>
/// <typeparam name="T">What a row is.</typeparam>
public partial class DataTable<T>
{
    private const int PageSize = 50;
    private TableQuery query = TableQuery.All;
    private TableView<T> view = new([], 0, 1, 1);

    /// <summary>The rows, in the table's own order.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<T> Rows { get; set; } = [];

    /// <summary>The columns.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TableColumn<T>> Columns { get; set; } = [];

    /// <summary>Tells rows apart, so that a row that stays is not drawn anew.</summary>
    [Parameter, EditorRequired]
    public Func<T, object> KeyOf { get; set; } = static row => row!;

    /// <summary>What the table is, for those who hear it.</summary>
    [Parameter, EditorRequired]
    public string Caption { get; set; } = "";

    /// <summary>What is said when there are no rows at all.</summary>
    [Parameter]
    public string? Empty { get; set; }

    /// <summary>Stands before the names in the address, so that a page may have several tables.</summary>
    [Parameter]
    public string Prefix { get; set; } = "";

    /// <inheritdoc/>
    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Navigation.LocationChanged += OnLocationChanged;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        query = Parse(Navigation.Uri);
        view = TableView<T>.Of(Rows, Columns, query, PageSize);
    }

    private TableQuery Parse(string address) => TableQuery.Parse(new Uri(address).Query, Prefix);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Parse(change.Location) != query)
        {
            OnParametersSet();
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private void Show(TableQuery next) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(next.ToValues(Prefix)), replace: true);

    private void Filter(ChangeEventArgs change) => Show(query with { Filter = change.Value?.ToString() ?? "", Page = 1 });

    private string? SortOf(TableColumn<T> column) => query.Sort != column.Key ? null : query.Descending ? "descending" : "ascending";

    private string ArrowOf(TableColumn<T> column) => query.Sort != column.Key ? "" : query.Descending ? " ▼" : " ▲";

    private static string? ClassOf(TableColumn<T> column) => (column.IsNumber, column.IsMinor) switch
    {
        (true, true) => "number minor",
        (true, false) => "number",
        (false, true) => "minor",
        _ => null,
    };
}
