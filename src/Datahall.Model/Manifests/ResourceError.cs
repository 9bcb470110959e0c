namespace Datahall.Model.Manifests;

/// <summary>One thing that is wrong with a resource.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Path">The field, such as <c>spec.roles[0].resources.gpu</c>; empty for the whole resource.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record ResourceError(ResourceKey Key, string Path, string Message)
{
    /// <summary>Writes <c>kind/name: path: message</c>, without the path when it is empty.</summary>
    public override string ToString() => Path.Length == 0 ? $"{Key}: {Message}" : $"{Key}: {Path}: {Message}";
}
