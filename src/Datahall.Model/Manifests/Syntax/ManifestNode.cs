namespace Datahall.Model.Manifests.Syntax;

/// <summary>One node of a manifest's tree, in the order of the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Text">A scalar's text; empty for others.</param>
/// <param name="End">The index of the node after this one and all that it contains.</param>
internal readonly record struct ManifestNode(NodeForm Kind, int Line, int Column, string Text, int End)
{
    public bool IsScalar => Kind is NodeForm.Plain or NodeForm.Quoted;

    public bool IsNull => Kind is NodeForm.Plain && PlainScalar.IsNull(Text);

    /// <summary>What it is, for <c>expected …, found …</c>.</summary>
    public string Describe() => Kind switch
    {
        NodeForm.Mapping => "a mapping (name: value)",
        NodeForm.Sequence => "a list",
        NodeForm.Quoted => $"the text {Wording.Quote(Text)}",
        _ when IsNull => "nothing",
        _ => Wording.Quote(Text),
    };
}

/// <summary>What a node of a manifest's tree is.</summary>
internal enum NodeForm : byte
{
    /// <summary>Names and values: each name is one node, followed by its value.</summary>
    Mapping,

    /// <summary>Values.</summary>
    Sequence,

    /// <summary>Text that may mean a number, true, false or null.</summary>
    Plain,

    /// <summary>Text that means itself.</summary>
    Quoted,

    /// <summary>Something whose error is reported already.</summary>
    Invalid,
}
