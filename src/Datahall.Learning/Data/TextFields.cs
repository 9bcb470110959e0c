namespace Datahall.Learning.Data;

/// <summary>The names of the fields that hold texts and labels.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text; a row may lack it.</param>
/// <param name="Label">The single label; a row may lack it.</param>
/// <param name="Labels">A list of labels, looked for before <paramref name="Label"/>; a row may lack it. In CSV they are parted by <c>|</c>.</param>
/// <param name="Tokens">The words of a tagged sentence.</param>
/// <param name="Tags">The tags of a tagged sentence.</param>
internal sealed record TextFields(
    string Text = "text", string Pair = "pair", string Label = "label", string Labels = "labels", string Tokens = "tokens", string Tags = "tags");
