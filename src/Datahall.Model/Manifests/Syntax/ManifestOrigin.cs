namespace Datahall.Model.Manifests.Syntax;

/// <summary>Where a resource stands in a file.</summary>
/// <param name="Key">The resource.</param>
/// <param name="File">The file.</param>
/// <param name="Tree">The document.</param>
/// <param name="Root">The resource's node in the document.</param>
internal sealed record ManifestOrigin(ResourceKey Key, string File, ManifestTree Tree, int Root)
{
    public ManifestError Locate(string path, string message)
    {
        var node = Tree[Tree.Locate(Root, path)];
        return new(File, node.Line, node.Column, path, message);
    }
}
