using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests.Binding;

/// <summary>Holds trees against the shapes and makes resources of them.</summary>
/// <remarks>
/// The checked tree is written as JSON, which the resources' own reader turns into records. What is wrong is replaced by a
/// placeholder, so that the rest of the resource can still be made and checked.
/// </remarks>
internal sealed class ResourceBinder(ErrorList errors) : IDisposable
{
    private readonly ArrayBufferWriter<byte> json = new(1024);
    private readonly Utf8JsonWriter writer = new(Stream.Null);
    private readonly FieldPath path = new();

    /// <summary>Makes the resource; null when there is nothing that can be checked further. Adds what is wrong.</summary>
    public Resource? Bind(ManifestTree tree, int root, string kind)
    {
        Start();
        writer.WriteString("kind"u8, kind);
        WriteFields(ResourceShapes.ByKind[kind], tree, root, isResource: true);
        return Finish(tree, root, ResourceJson.Read);
    }

    /// <summary>Makes a value that is no resource; null when there is nothing that can be checked further. Adds what is wrong.</summary>
    public T? Bind<T>(ManifestTree tree, int root, ObjectShape shape)
        where T : class
    {
        Start();
        WriteFields(shape, tree, root, isResource: false);
        return Finish(tree, root, static json => JsonSerializer.Deserialize<T>(json, ResourceJson.Options));
    }

    public void Dispose() => writer.Dispose();

    private void Start()
    {
        json.ResetWrittenCount();
        writer.Reset(json);
        path.Clear();
        writer.WriteStartObject();
    }

    private T? Finish<T>(ManifestTree tree, int root, Func<ReadOnlySpan<byte>, T?> read)
        where T : class
    {
        if (errors.IsFull)
        {
            return null;
        }

        writer.WriteEndObject();
        writer.Flush();
        try
        {
            return read(json.WrittenSpan);
        }
        catch (JsonException e)
        {
            // Only a converter that refuses more than its shape gets here; its message is all there is.
            errors.Add(tree[root].Line, tree[root].Column, e.Path?.TrimStart('$', '.') ?? "", e.Message);
            return null;
        }
    }

    private void Write(Shape shape, ManifestTree tree, int at)
    {
        var node = tree[at];
        switch (shape)
        {
            case EitherShape either:
                Write(node.Kind is NodeForm.Mapping ? either.Fields : either.Scalar, tree, at);
                break;
            case ObjectShape fields when node.Kind is NodeForm.Mapping:
                writer.WriteStartObject();
                WriteFields(fields, tree, at, isResource: false);
                writer.WriteEndObject();
                break;
            case MapShape map when node.Kind is NodeForm.Mapping:
                WriteMap(map, tree, at);
                break;
            case ListShape list when node.Kind is NodeForm.Sequence:
                WriteList(list, tree, at);
                break;
            case MapShape or ListShape when node.IsNull:
                // "env:" with nothing below it is an empty one.
                shape.WritePlaceholder(writer);
                break;
            case ScalarShape scalar when node.Kind is not NodeForm.Invalid:
                if (scalar.Write(node, writer) is { } problem)
                {
                    Refuse(shape, node, problem);
                }

                break;
            default:
                Refuse(shape, node, $"expected {(shape is ListShape ? "a list, such as [a, b]" : "a mapping (name: value)")}, found {node.Describe()}");
                break;
        }
    }

    private void WriteFields(ObjectShape shape, ManifestTree tree, int at, bool isResource)
    {
        var seen = 0UL;
        for (var key = at + 1; key < tree[at].End && !errors.IsFull; key = tree[key + 1].End)
        {
            var name = tree[key].Text;
            if (tree[key].Kind is NodeForm.Invalid || (isResource && (name == "kind" || ResourceShapes.ServerSet.Contains(name))))
            {
                RefuseSecondKind(tree, at, key);
                continue;
            }

            path.Push(name);
            if (!shape.TryGetIndex(name, out var index))
            {
                RefuseUnknown(shape, tree[key], isResource);
            }
            else if ((seen & (1UL << index)) != 0)
            {
                RefuseDuplicate(tree, at, key);
            }
            else
            {
                seen |= 1UL << index;
                WriteField(shape.Fields[index], tree, key + 1);
            }

            path.Pop();
        }

        WriteMissing(shape, tree[at], seen);
    }

    private void WriteField(Field field, ManifestTree tree, int value)
    {
        writer.WritePropertyName(field.Name);
        if (field.IsNullable && tree[value].IsNull)
        {
            writer.WriteNullValue();
        }
        else
        {
            Write(field.Shape, tree, value);
        }
    }

    private void WriteMissing(ObjectShape shape, in ManifestNode parent, ulong seen)
    {
        for (var i = 0; i < shape.Fields.Count; i++)
        {
            var field = shape.Fields[i];
            if (field.IsRequired && (seen & (1UL << i)) == 0)
            {
                path.Push(field.Name);
                writer.WritePropertyName(field.Name);
                Refuse(field.Shape, parent, $"the field '{field.Name}' is missing");
                path.Pop();
            }
        }
    }

    private void WriteMap(MapShape map, ManifestTree tree, int at)
    {
        HashSet<string>? names = null;
        writer.WriteStartObject();
        for (var key = at + 1; key < tree[at].End && !errors.IsFull; key = tree[key + 1].End)
        {
            if (tree[key].Kind is NodeForm.Invalid)
            {
                continue;
            }

            path.Push(tree[key].Text);
            if (key == at + 1 || (names ??= [tree[at + 1].Text]).Add(tree[key].Text))
            {
                writer.WritePropertyName(tree[key].Text);
                Write(map.Value, tree, key + 1);
            }
            else
            {
                RefuseDuplicate(tree, at, key);
            }

            path.Pop();
        }

        writer.WriteEndObject();
    }

    private void WriteList(ListShape list, ManifestTree tree, int at)
    {
        writer.WriteStartArray();
        var index = 0;
        for (var item = at + 1; item < tree[at].End && !errors.IsFull; item = tree[item].End)
        {
            path.Push(index++);
            Write(list.Element, tree, item);
            path.Pop();
        }

        writer.WriteEndArray();
    }

    private void Refuse(Shape shape, in ManifestNode node, string problem)
    {
        if (node.Kind is not NodeForm.Invalid)
        {
            errors.Add(node.Line, node.Column, path.ToString(), problem);
        }

        shape.WritePlaceholder(writer);
    }

    private void RefuseUnknown(ObjectShape shape, in ManifestNode key, bool isResource)
    {
        var known = shape.Fields.Select(static field => field.Name);
        known = isResource ? known.Append("kind") : known;
        var choices = shape.Fields.Count == 0 ? "; there are no fields here" : Wording.Choices(key.Text, [.. known]);
        errors.Add(key.Line, key.Column, path.ToString(), $"unknown field {Wording.Quote(key.Text)}{choices}");
    }

    private void RefuseSecondKind(ManifestTree tree, int mapping, int key)
    {
        if (tree[key].Kind is not NodeForm.Invalid && tree.Find(mapping, tree[key].Text) != key + 1)
        {
            path.Push(tree[key].Text);
            RefuseDuplicate(tree, mapping, key);
            path.Pop();
        }
    }

    private void RefuseDuplicate(ManifestTree tree, int mapping, int key)
    {
        // The first name stands right before its value.
        var first = tree[tree.Find(mapping, tree[key].Text) - 1];
        errors.Add(tree[key].Line, tree[key].Column, path.ToString(), string.Create(
            CultureInfo.InvariantCulture, $"'{Wording.Shorten(tree[key].Text, 40)}' is given twice, first at line {first.Line}, column {first.Column}"));
    }
}
