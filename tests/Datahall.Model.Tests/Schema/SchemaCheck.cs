using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Datahall.Model.Tests.Schema;

/// <summary>The few words of JSON Schema that the manifests' schema uses.</summary>
internal static class SchemaCheck
{
    public static bool IsValid(JsonNode root, JsonNode? value) => IsValid(root, root, value);

    private static bool IsValid(JsonNode root, JsonNode? schema, JsonNode? value) =>
        schema is not JsonObject rules || rules.All(rule => Holds(root, rules, rule.Key, rule.Value!, value));

    private static bool Holds(JsonNode root, JsonObject rules, string word, JsonNode rule, JsonNode? value) => (word, value) switch
    {
        ("$ref", _) => IsValid(root, root["$defs"]![((string)rule!).Split('/')[^1]], value),
        ("oneOf", _) => rule.AsArray().Count(option => IsValid(root, option, value)) == 1,
        ("type", _) => (rule is JsonArray types ? types.Select(static type => (string)type!) : [(string)rule!]).Any(type => IsOfType(type, value)),
        ("const", _) => JsonNode.DeepEquals(rule, value),
        ("enum", _) => rule.AsArray().Any(option => JsonNode.DeepEquals(option, value)),
        ("required", JsonObject fields) => rule.AsArray().All(name => fields.ContainsKey((string)name!)),
        ("properties", JsonObject fields) => rule.AsObject().All(field => !fields.TryGetPropertyValue(field.Key, out var part) || IsValid(root, field.Value, part)),
        ("additionalProperties", JsonObject fields) => fields.Where(field => rules["properties"]?[field.Key] is null)
            .All(field => rule.GetValueKind() is not JsonValueKind.False && IsValid(root, rule, field.Value)),
        ("items", JsonArray items) => items.All(item => IsValid(root, rule, item)),
        ("pattern", JsonValue text) when text.GetValueKind() is JsonValueKind.String => Regex.IsMatch((string)text!, (string)rule!),
        ("maxLength", JsonValue text) when text.GetValueKind() is JsonValueKind.String => ((string)text!).Length <= (int)rule,
        ("minimum", JsonValue number) when number.GetValueKind() is JsonValueKind.Number => (double)number >= (double)rule,
        ("maximum", JsonValue number) when number.GetValueKind() is JsonValueKind.Number => (double)number <= (double)rule,
        ("$schema" or "$defs" or "title" or "description" or "readOnly" or "examples" or "required" or "properties" or "additionalProperties" or "items", _) => true,
        ("pattern" or "maxLength" or "minimum" or "maximum", _) => true,
        _ => throw new NotSupportedException($"the schema uses '{word}', which this check does not know"),
    };

    private static bool IsOfType(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => long.TryParse(value!.ToJsonString(), out _),
        _ => false,
    };
}
