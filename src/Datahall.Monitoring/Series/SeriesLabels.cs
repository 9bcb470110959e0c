using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Datahall.Monitoring.Series;

/// <summary>The labels of a series, by name. Immutable, compared by value with a hash made once; share one between all series that have the same.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "Labels is the field's word, and says already that there are several.")]
public sealed class SeriesLabels : IReadOnlyDictionary<string, string>, IEquatable<SeriesLabels>
{
    private readonly KeyValuePair<string, string>[] pairs;
    private readonly int hash;

    private SeriesLabels(KeyValuePair<string, string>[] sorted)
    {
        pairs = sorted;
        var sum = new HashCode();
        foreach (var (name, value) in sorted)
        {
            sum.Add(name, StringComparer.Ordinal);
            sum.Add(value, StringComparer.Ordinal);
        }

        hash = sum.ToHashCode();
    }

    /// <summary>No labels.</summary>
    public static SeriesLabels Empty { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => pairs.Length;

    /// <summary>The names, in ordinal order.</summary>
    public IEnumerable<string> Keys => pairs.Select(static pair => pair.Key);

    /// <summary>The values, in the order of their names.</summary>
    public IEnumerable<string> Values => pairs.Select(static pair => pair.Value);

    /// <summary>The value of a label.</summary>
    /// <exception cref="KeyNotFoundException">There is no such label.</exception>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"no label {key}");

    /// <summary>Makes labels; one without a value is left out, as Prometheus does.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public static SeriesLabels Of(params IEnumerable<KeyValuePair<string, string>> labels)
    {
        if (labels is SeriesLabels made)
        {
            return made;
        }

        var sorted = labels.Where(static pair => pair.Value.Length > 0).ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Key == sorted[i - 1].Key)
            {
                throw new ArgumentException($"the label {sorted[i].Key} is there twice", nameof(labels));
            }
        }

        return sorted.Length == 0 ? Empty : new(sorted);
    }

    /// <summary>Makes labels of names and values in turn; one without a value is left out.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public static SeriesLabels Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var pairs = new KeyValuePair<string, string>[labels.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new(labels[i].Name, labels[i].Value);
        }

        return Of((IEnumerable<KeyValuePair<string, string>>)pairs);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        foreach (var pair in pairs) // Few: faster than a table.
        {
            if (string.Equals(pair.Key, key, StringComparison.Ordinal))
            {
                value = pair.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Whether these have all of the others, with the same values.</summary>
    public bool Match(IReadOnlyDictionary<string, string> others)
    {
        foreach (var (name, value) in others)
        {
            if (!string.Equals(TryGetValue(name, out var mine) ? mine : "", value, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(SeriesLabels? other) => ReferenceEquals(this, other) || (other is not null && hash == other.hash && pairs.AsSpan().SequenceEqual(other.pairs));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SeriesLabels);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <summary>As Prometheus writes them: <c>{node="n1"}</c>.</summary>
    public override string ToString() => "{" + string.Join(',', pairs.Select(static pair => $"{pair.Key}=\"{pair.Value}\"")) + "}";

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)pairs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
