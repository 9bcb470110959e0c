using System.Text.Json;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests.Binding;

/// <summary>What a manifest may contain in one place; made from the JSON metadata, so that the types are described once.</summary>
internal abstract class Shape
{
    /// <summary>Writes some value of the shape, to go on with after an error.</summary>
    public abstract void WritePlaceholder(Utf8JsonWriter writer);
}

/// <summary>A value without parts.</summary>
internal abstract class ScalarShape : Shape
{
    /// <summary>Writes the value as JSON, or writes nothing and returns what is wrong.</summary>
    public abstract string? Write(in ManifestNode node, Utf8JsonWriter writer);

    protected static string Expected(string what, in ManifestNode node) => $"expected {what}, found {node.Describe()}";
}

/// <summary>A list.</summary>
internal sealed class ListShape(Shape element) : Shape
{
    public Shape Element => element;

    public override void WritePlaceholder(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        writer.WriteEndArray();
    }
}

/// <summary>A mapping with names of the user's choice.</summary>
internal sealed class MapShape(Shape value) : Shape
{
    public Shape Value => value;

    public override void WritePlaceholder(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }
}

/// <summary>A number, or a mapping that says more than a number.</summary>
internal sealed class EitherShape(ScalarShape scalar, ObjectShape fields) : Shape
{
    public ScalarShape Scalar => scalar;

    public ObjectShape Fields => fields;

    public override void WritePlaceholder(Utf8JsonWriter writer) => scalar.WritePlaceholder(writer);
}

/// <summary>A mapping with known fields, at most 64.</summary>
internal sealed class ObjectShape(IReadOnlyList<Field> fields) : Shape
{
    private readonly Dictionary<string, int> indexes = fields.Select(static (field, index) => (field.Name, index)).ToDictionary();

    public IReadOnlyList<Field> Fields => fields;

    public bool TryGetIndex(string name, out int index) => indexes.TryGetValue(name, out index);

    public override void WritePlaceholder(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var field in fields)
        {
            if (field.IsRequired)
            {
                writer.WritePropertyName(field.Name);
                field.Shape.WritePlaceholder(writer);
            }
        }

        writer.WriteEndObject();
    }
}

/// <summary>A known field.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">What it holds.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="IsNullable">Whether null is a value of its own.</param>
internal sealed record Field(string Name, Shape Shape, bool IsRequired, bool IsNullable);
