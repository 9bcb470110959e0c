namespace Datahall.Monitoring.Alerts;

/// <summary>What a rule finds for one set of labels.</summary>
/// <param name="Labels">The labels, without the metric's name.</param>
/// <param name="Value">The result, in the unit of the rule.</param>
/// <param name="Holds">Whether it means that something is wrong.</param>
internal readonly record struct RuleResult(IReadOnlyDictionary<string, string> Labels, double Value, bool Holds);

/// <summary>A value by labels, as PromQL's instant vectors.</summary>
internal sealed class RuleVector
{
    private readonly SortedDictionary<string, (IReadOnlyDictionary<string, string> Labels, double Value)> values = new(StringComparer.Ordinal);

    public int Count => values.Count;

    public IEnumerable<(string Key, IReadOnlyDictionary<string, string> Labels, double Value)> Items => values.Select(static item => (item.Key, item.Value.Labels, item.Value.Value));

    /// <summary>Adds a value; the first of the same labels counts.</summary>
    public void Add(IReadOnlyDictionary<string, string> labels, double value) => values.TryAdd(AlertLabels.KeyOf(labels), (labels, value));

    public bool TryFind(string key, out double value)
    {
        var isThere = values.TryGetValue(key, out var found);
        value = found.Value;
        return isThere;
    }
}
