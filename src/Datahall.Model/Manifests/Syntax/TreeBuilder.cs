using System.Globalization;
using System.Runtime.InteropServices;

namespace Datahall.Model.Manifests.Syntax;

/// <summary>Builds the trees of one file, and holds the limits.</summary>
internal sealed class TreeBuilder(ManifestLimits limits)
{
    private readonly Stack<int> open = new();
    private readonly List<ManifestNode> nodes = [];
    private int total;

    /// <summary>Whether the node that comes next is a field's name.</summary>
    public bool ExpectsKey { get; private set; }

    /// <summary>Whether the node that comes next is a field's value.</summary>
    public bool ExpectsValue => !ExpectsKey && open.Count > 0 && nodes[open.Peek()].Kind is NodeForm.Mapping;

    /// <summary>Whether everything that was opened is closed.</summary>
    public bool IsComplete => open.Count == 0 && nodes.Count > 0;

    public void Open(NodeForm kind, int line, int column)
    {
        if (open.Count >= limits.MaxDepth)
        {
            throw new ManifestLimitException(line, column, string.Create(CultureInfo.InvariantCulture, $"nested deeper than {limits.MaxDepth} levels"));
        }

        open.Push(nodes.Count);
        Add(new(kind, line, column, "", 0));
        ExpectsKey = kind is NodeForm.Mapping;
    }

    public void Close()
    {
        var index = open.Pop();
        CollectionsMarshal.AsSpan(nodes)[index] = nodes[index] with { End = nodes.Count };
        ValueIsComplete();
    }

    public void Scalar(NodeForm kind, int line, int column, string text)
    {
        if (text.Length > limits.MaxTextLength)
        {
            throw new ManifestLimitException(line, column, string.Create(
                CultureInfo.InvariantCulture, $"a value of {text.Length} characters; the most is {limits.MaxTextLength}"));
        }

        var isKey = ExpectsKey;
        Add(new(kind, line, column, text, nodes.Count + 1));
        if (isKey)
        {
            ExpectsKey = false;
        }
        else
        {
            ValueIsComplete();
        }
    }

    /// <summary>Gives out the finished tree and starts the next.</summary>
    public ManifestTree Take()
    {
        var tree = new ManifestTree([.. nodes]);
        Discard();
        return tree;
    }

    /// <summary>Forgets what was built since the last <see cref="Take"/>.</summary>
    public void Discard()
    {
        nodes.Clear();
        open.Clear();
        ExpectsKey = false;
    }

    private void Add(ManifestNode node)
    {
        if (++total > limits.MaxNodes)
        {
            throw new ManifestLimitException(node.Line, node.Column, string.Create(
                CultureInfo.InvariantCulture, $"more than {limits.MaxNodes} names and values in one file; split it"));
        }

        nodes.Add(node);
    }

    private void ValueIsComplete() => ExpectsKey = open.Count > 0 && nodes[open.Peek()].Kind is NodeForm.Mapping;
}
