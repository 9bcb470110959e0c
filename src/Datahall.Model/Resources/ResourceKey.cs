namespace Datahall.Model;

/// <summary>Names one resource, written <c>job/ner-finetune</c>.</summary>
/// <param name="Kind">The kind, as in <see cref="ResourceKinds"/>.</param>
/// <param name="Name">The name within the kind.</param>
public readonly record struct ResourceKey(string Kind, string Name)
{
    /// <summary>Orders keys by kind, then by name, both ordinal.</summary>
    public static IComparer<ResourceKey> Order { get; } = Comparer<ResourceKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Kind, b.Kind) is var byKind and not 0 ? byKind : string.CompareOrdinal(a.Name, b.Name));

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToLowerInvariant()}/{Name}";
}
