namespace Datahall.Server.Console.Figures;

/// <summary>Labels on one line.</summary>
internal static class Labels
{
    /// <summary><c>a=b, c=d</c>, by key.</summary>
    public static string Of(IReadOnlyDictionary<string, string> labels) =>
        labels.Count == 0 ? Amounts.None : string.Join(", ", labels.OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key}={l.Value}"));
}
