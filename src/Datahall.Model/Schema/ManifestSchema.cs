using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Datahall.Model.Manifests.Binding;
using Datahall.Model.Manifests.Validation;

namespace Datahall.Model.Schema;

/// <summary>The JSON Schema (2020-12) of manifests, made from the resources' types, for editors and other checkers.</summary>
/// <remarks>
/// It is as strict as the manifest reader about fields, types, words and ranges. What takes more than one field to tell is
/// left to the reader.
/// </remarks>
public static class ManifestSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSchemaExporterOptions Export = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    private static readonly Lazy<string> Text = new(static () =>
    {
        var schema = Build("Datahall manifest", ResourceShapes.Kinds);
        var kinds = schema["oneOf"]!.AsArray();
        schema["$defs"]!.AsObject().Add("List", List([.. kinds.Select(static kind => kind!.DeepClone())]));
        kinds.Add(Reference("List"));
        return schema.ToJsonString(Layout);
    });

    /// <summary>Writes the schema of manifests as indented JSON. Always the same text.</summary>
    public static string Write() => Text.Value;

    /// <summary>Writes the schema of the documents of a scenario file as indented JSON. Always the same text.</summary>
    public static string WriteScenario() => Build("Datahall scenario file", [ResourceKinds.Site, ResourceKinds.Scenario]).ToJsonString(Layout);

    /// <summary>Writes the schema of a file that holds one record, as <see cref="Manifests.DocumentReader"/> reads it, as indented JSON. Always the same text.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="title">What the file is.</param>
    public static string WriteDocument<T>(string title)
    {
        var schema = ResourceJson.Options.GetJsonSchemaAsNode(typeof(T), Export).AsObject();
        schema.Insert(0, "title", title);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return schema.ToJsonString(Layout);
    }

    private static JsonObject Build(string title, IEnumerable<string> kinds)
    {
        var (definitions, references) = (new JsonObject(), new JsonArray());
        foreach (var kind in kinds)
        {
            definitions.Add(kind, Definition(kind));
            references.Add(Reference(kind));
        }

        return new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = title,
            ["oneOf"] = references,
            ["$defs"] = definitions,
        };
    }

    private static JsonObject Definition(string kind)
    {
        var schema = ResourceJson.Options.GetJsonSchemaAsNode(ResourceShapes.Types[kind], Export).AsObject();
        var fields = schema["properties"]!.AsObject();
        fields.Remove("key");
        fields["kind"] = new JsonObject { ["const"] = kind };
        fields["name"]!["pattern"] = Names.MayHaveDots(kind) ? Names.DottedPattern : Names.LabelPattern;
        fields["name"]!["maxLength"] = Names.MayHaveDots(kind) ? Names.LongestDotted : 63;
        fields["revision"]!["minimum"] = 0;
        foreach (var name in ResourceShapes.ServerSet.Where(fields.ContainsKey))
        {
            fields[name] = new JsonObject { ["description"] = "Set by the server; ignored in a manifest.", ["readOnly"] = true };
        }

        schema["required"]!.AsArray().Insert(0, "kind");
        return schema;
    }

    private static JsonObject List(JsonArray kinds) => new()
    {
        ["description"] = "Several resources.",
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["kind"] = new JsonObject { ["const"] = "List" },
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["oneOf"] = kinds } },
        },
        ["required"] = new JsonArray("items"),
    };

    private static JsonObject Reference(string kind) => new() { ["$ref"] = $"#/$defs/{kind}" };

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode exported)
    {
        var type = context.TypeInfo.Type;
        var isNullable = Nullable.GetUnderlyingType(type) is not null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        var schema = exported as JsonObject ?? [];
        if (ResourceJson.Options.GetTypeInfo(type).Converter is IQuantityForm quantity)
        {
            schema["type"] = isNullable ? new JsonArray("string", "number", "null") : new JsonArray("string", "number");
            schema["pattern"] = quantity.Pattern;
            schema["minimum"] = 0;
            schema["examples"] = new JsonArray([.. quantity.Example.Split([", ", " or "], StringSplitOptions.None).Select(static text => (JsonNode)text)]);
        }
        else if (type == typeof(ReplicaRange))
        {
            schema = (JsonObject)JsonNode.Parse($$"""
                { "anyOf": [
                  { "type": "integer", "minimum": 1, "maximum": {{ReplicaRange.Most}} },
                  { "type": "object", "properties": {
                      "min": { "type": "integer", "minimum": 1, "maximum": {{ReplicaRange.Most}} },
                      "max": { "type": "integer", "minimum": 1, "maximum": {{ReplicaRange.Most}} } },
                    "required": ["min", "max"], "additionalProperties": false } ] }
                """)!;
        }
        else if (context.TypeInfo is { Kind: JsonTypeInfoKind.Dictionary, ElementType: var element } && element == typeof(string))
        {
            // "PORT: 8080" is text here, as it is for the reader.
            schema["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        }

        if (context.PropertyInfo is { } property)
        {
            DescribeProperty(property, schema);
        }

        return schema.Count == 0 ? exported : schema;
    }

    private static void DescribeProperty(JsonPropertyInfo property, JsonObject schema)
    {
        var attributes = property.AttributeProvider;
        if (attributes?.GetCustomAttributes(typeof(RangeAttribute), true) is [RangeAttribute range, ..])
        {
            schema["minimum"] = range.OperandType == typeof(double) ? Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture) : Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture);
            schema["maximum"] = range.OperandType == typeof(double) ? Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) : Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture);
        }

        if (attributes?.GetCustomAttributes(typeof(DescriptionAttribute), true) is [DescriptionAttribute description, ..])
        {
            schema.Insert(0, "description", description.Description);
        }
    }
}
