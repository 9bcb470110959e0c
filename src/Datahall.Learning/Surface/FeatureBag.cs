namespace Datahall.Learning.Surface;

/// <summary>Collects features as numbers of a range.</summary>
/// <param name="buckets">How many numbers there are.</param>
/// <param name="first">The first of them.</param>
internal sealed class FeatureBag(int buckets, int first = 0)
{
    private readonly List<int> features = [];

    /// <summary>Adds one, by its kind and what was seen.</summary>
    public void Add(string kind, string value)
    {
        var hash = 14695981039346656037UL; // FNV-1a.
        foreach (var c in kind)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ '=') * 1099511628211UL;
        foreach (var c in value)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash ^= hash >> 32; // The low bits of FNV are its weak ones.
        features.Add(first + (int)(hash % (ulong)buckets));
    }

    /// <summary>All that were added.</summary>
    public int[] ToArray() => [.. features];
}
