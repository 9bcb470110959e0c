namespace Datahall.Model.Manifests.Syntax;

/// <summary>One document of a manifest with the place of everything in it.</summary>
/// <remarks>One flat array in the order of the text: a large manifest is a few arrays, not millions of objects.</remarks>
internal sealed class ManifestTree(ManifestNode[] nodes)
{
    public ManifestNode this[int index] => nodes[index];

    /// <summary>The value of a mapping's field; -1 when there is none. The first when there are two. O(fields).</summary>
    public int Find(int mapping, string key)
    {
        for (var at = mapping + 1; at < nodes[mapping].End; at = nodes[at + 1].End)
        {
            if (nodes[at].Text == key)
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>The node that a path names from <paramref name="root"/>; the nearest that contains it when it is not written out.</summary>
    public int Locate(int root, string path)
    {
        var found = root;
        foreach (var step in FieldPath.Parse(path))
        {
            var next = (step.Key, nodes[found].Kind) switch
            {
                ({ } key, NodeForm.Mapping) => Find(found, key),
                (null, NodeForm.Sequence) => ItemAt(found, step.Index),
                _ => -1,
            };
            if (next < 0)
            {
                break;
            }

            found = next;
        }

        return found;
    }

    private int ItemAt(int sequence, int index)
    {
        for (var at = sequence + 1; at < nodes[sequence].End; at = nodes[at].End)
        {
            if (index-- == 0)
            {
                return at;
            }
        }

        return -1;
    }
}
