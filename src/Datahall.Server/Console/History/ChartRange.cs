namespace Datahall.Server.Console.History;

/// <summary>How far back a chart looks.</summary>
/// <param name="Word">As it stands in addresses, such as <c>6h</c>.</param>
/// <param name="Length">How long that is.</param>
public sealed record ChartRange(string Word, TimeSpan Length)
{
    /// <summary>The ranges that there are, the shortest first.</summary>
    public static IReadOnlyList<ChartRange> All { get; } =
    [
        new("1h", TimeSpan.FromHours(1)),
        new("6h", TimeSpan.FromHours(6)),
        new("24h", TimeSpan.FromHours(24)),
        new("7d", TimeSpan.FromDays(7)),
        new("30d", TimeSpan.FromDays(30)),
    ];

    /// <summary>How long a drawn chart is as good as a new one: a quarter of the time between two of its points.</summary>
    public TimeSpan Fresh => Length / SeriesHistory.Points / 4;

    /// <summary>The range of a word; the shortest where there is none.</summary>
    public static ChartRange Of(string? word) => All.FirstOrDefault(range => range.Word == word) ?? All[0];
}
