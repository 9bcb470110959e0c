using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Datahall.Model.Manifests.Syntax;

/// <summary>Reads YAML documents one after another with the place of everything.</summary>
/// <remarks>
/// Anchors are read over, aliases are refused: a few lines of aliases to aliases can mean gigabytes, and no resource needs
/// them. After a syntax error reading goes on at the next line that starts a document.
/// </remarks>
internal sealed class YamlTreeReader(string text, ManifestLimits limits, ErrorList errors)
{
    private readonly TreeBuilder builder = new(limits);
    private Parser parser = new(new Scanner(new StringReader(text)));
    private int firstLine;
    private int start;

    /// <summary>Whether a document could not be read.</summary>
    public bool HasSyntaxErrors { get; private set; }

    /// <summary>The next document that can be read; null at the end. Empty documents are left out.</summary>
    /// <exception cref="ManifestLimitException">A limit is exceeded.</exception>
    public ManifestTree? Next()
    {
        while (!errors.IsFull)
        {
            try
            {
                return NextDocument();
            }
            catch (YamlException e)
            {
                Refuse(Line(e.Start), (int)e.Start.Column, e.Message);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
            {
                // The parser is left in the air by some unfinished flow collections, and says so in its own terms.
                var last = parser.Current?.End ?? Mark.Empty;
                Refuse(Line(last), (int)last.Column, "after this, a '[', '{' or quote is not closed, or a ',' is missing.");
            }

            if (!MoveToNextDocument())
            {
                return null;
            }
        }

        return null;
    }

    private ManifestTree? NextDocument()
    {
        while (parser.MoveNext())
        {
            if (parser.Current is DocumentEnd && builder.IsComplete)
            {
                var tree = builder.Take();
                if (!tree[0].IsNull)
                {
                    return tree;
                }
            }

            Read(parser.Current!);
        }

        return null;
    }

    private void Read(ParsingEvent current)
    {
        var (line, column) = (Line(current.Start), (int)current.Start.Column);
        switch (current)
        {
            case MappingStart mapping:
                RefuseTag(mapping);
                RefuseAsKey(mapping);
                builder.Open(NodeForm.Mapping, line, column);
                break;
            case SequenceStart sequence:
                RefuseTag(sequence);
                RefuseAsKey(sequence);
                builder.Open(NodeForm.Sequence, line, column);
                break;
            case MappingEnd when builder.ExpectsValue:
                // The parser lets some stray indicators pass for a name.
                throw new SemanticErrorException(current.Start, current.End, "The field before this has no value.");
            case MappingEnd or SequenceEnd:
                builder.Close();
                break;
            case Scalar scalar:
                RefuseTag(scalar);
                builder.Scalar(RefuseHalfCharacters(scalar) ?? (scalar.Style is ScalarStyle.Plain ? NodeForm.Plain : NodeForm.Quoted), line, column, scalar.Value);
                break;
            case AnchorAlias alias:
                errors.Add(line, column, "", $"the alias {Wording.Quote($"*{alias.Value}")} is not allowed; write the value out");
                builder.Scalar(NodeForm.Invalid, line, column, "");
                break;
        }
    }

    private void RefuseTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            errors.Add(Line(node.Start), (int)node.Start.Column, "", $"the tag {Wording.Quote(node.Tag.Value)} is not allowed; put a text in quotes instead");
        }
    }

    /// <summary>An escape can name half of a surrogate pair, which no UTF-8 file can hold.</summary>
    private NodeForm? RefuseHalfCharacters(Scalar scalar)
    {
        if (!scalar.Value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || scalar.Value.EnumerateRunes().All(static rune => rune != Rune.ReplacementChar))
        {
            return null;
        }

        errors.Add(Line(scalar.Start), (int)scalar.Start.Column, "", "the text has half of a \\u surrogate pair; write the character itself");
        return NodeForm.Invalid;
    }

    private void RefuseAsKey(NodeEvent node)
    {
        if (builder.ExpectsKey)
        {
            throw new SemanticErrorException(node.Start, node.End, "A list or mapping cannot be a field's name.");
        }
    }

    private void Refuse(int line, int column, string message)
    {
        HasSyntaxErrors = true;
        builder.Discard();
        if (message.Contains("invalid tab", StringComparison.Ordinal) && FirstTab(line) is var tab && tab > 0)
        {
            (line, column) = (tab, 1);
            message = "a tab cannot indent; use spaces.";
        }

        errors.Add(Math.Max(line, 1), Math.Max(column, 1), "", $"not YAML: {char.ToLowerInvariant(message[0])}{message[1..].TrimEnd('.')}");
    }

    private int Line(Mark mark) => (int)mark.Line + firstLine;

    /// <summary>Starts over at the first line below the parser's place that is a document's start.</summary>
    private bool MoveToNextDocument()
    {
        var reached = Math.Max((int)(parser.Current?.End.Index ?? 0), 0);
        var marker = text.IndexOf("\n---", Math.Min(start + Math.Max(reached, 1), text.Length), StringComparison.Ordinal);
        if (marker < 0)
        {
            return false;
        }

        firstLine += text.AsSpan(start, marker + 1 - start).Count('\n');
        start = marker + 1;
        parser = new(new Scanner(new StringReader(text[start..])));
        return true;
    }

    private int FirstTab(int line)
    {
        var number = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            if (++number >= line && content.TrimStart(' ').StartsWith("\t", StringComparison.Ordinal))
            {
                return number;
            }
        }

        return 0;
    }
}
