namespace Datahall.Cli.Targets;

/// <summary>Matches labels as the server's lists do, for watches, which carry every resource of a kind.</summary>
internal sealed class LabelSelector
{
    private readonly (string Key, string Value, bool Equal)[] _terms;

    private LabelSelector((string, string, bool)[] terms) => _terms = terms;

    /// <summary>Reads <c>team=search,tier!=test</c>.</summary>
    public static LabelSelector Parse(string? text) => new([.. (text ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(Term)]);

    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        Array.TrueForAll(_terms, term => (labels.GetValueOrDefault(term.Key) == term.Value) == term.Equal);

    private static (string, string, bool) Term(string term)
    {
        var at = term.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0 || term is "!=")
        {
            throw CommandFailure.Usage($"'{term}' is no label selector; write it like team=search,tier!=test");
        }

        var (key, value) = (term[..at], term[(at + 1)..].TrimStart('='));
        return key[^1] is '!' ? (key[..^1], value, false) : (key, value, true);
    }
}
