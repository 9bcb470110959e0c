using Microsoft.AspNetCore.Components;

namespace Datahall.Server.Console.Tables;

/// <summary>A column of a table.</summary>
/// <typeparam name="T">What a row is.</typeparam>
/// <param name="Key">Names it in addresses and filters; the heading is the text <c>column.KEY</c>.</param>
/// <param name="Text">What stands in it, for filters and where it has no other drawing.</param>
public sealed record TableColumn<T>(string Key, Func<T, string> Text)
{
    /// <summary>What orders by it; null: its text. Rows without a value come last.</summary>
    public Func<T, IComparable?>? Order { get; init; }

    /// <summary>Draws it; null: its text.</summary>
    public RenderFragment<T>? Cell { get; init; }

    /// <summary>Whether it holds numbers, which stand to the right.</summary>
    public bool IsNumber { get; init; }

    /// <summary>Whether it is left out where there is little room.</summary>
    public bool IsMinor { get; init; }
}
