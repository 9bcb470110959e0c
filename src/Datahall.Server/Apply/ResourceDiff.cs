using System.Text.Json;
using Datahall.Model;

namespace Datahall.Server.Apply;

/// <summary>What differs between two states of a resource's spec and labels, field by field.</summary>
internal static class ResourceDiff
{
    private static readonly string[] SecretWords = ["PASSWORD", "PASSWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL"];
    private static readonly JsonElement Mask = JsonElement.Parse("\"***\"");

    /// <summary>Compares two states; null is no resource.</summary>
    /// <returns>The leaves that differ, in the order of the fields. What looks like a secret shows only that it changed.</returns>
    public static IReadOnlyList<DifferenceView> Between(Resource? before, Resource? after)
    {
        var differences = new List<DifferenceView>();
        var (old, now) = (Json(before), Json(after));
        foreach (var section in (ReadOnlySpan<string>)["labels", "spec"])
        {
            Compare(section, Property(old, section), Property(now, section), differences);
        }

        return differences;
    }

    private static JsonElement? Json(Resource? resource) =>
        resource is null ? null : JsonElement.Parse(ResourceJson.Write(resource));

    private static JsonElement? Property(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) ? value : null;

    private static void Compare(string path, JsonElement? before, JsonElement? after, List<DifferenceView> differences)
    {
        if (before is { } x && after is { } y && JsonElement.DeepEquals(x, y))
        {
            return;
        }

        if (IsAll(JsonValueKind.Object, before, after))
        {
            foreach (var name in Names(before).Union(Names(after)))
            {
                Compare($"{path}.{name}", Property(before, name), Property(after, name), differences);
            }
        }
        else if (IsAll(JsonValueKind.Array, before, after) && !(IsPlain(before) || IsPlain(after)))
        {
            for (var i = 0; i < Math.Max(Length(before), Length(after)); i++)
            {
                Compare($"{path}[{i}]", At(before, i), At(after, i), differences);
            }
        }
        else if (before is not null || after is not null)
        {
            differences.Add(IsSecret(path) ? new(path, Masked(before), Masked(after)) : new(path, before, after));
        }
    }

    private static JsonElement? Masked(JsonElement? value) => value is null ? null : Mask;

    // Absent counts as an empty one of the other's kind, so that a new object is shown field by field.
    private static bool IsAll(JsonValueKind kind, JsonElement? before, JsonElement? after) =>
        (before is not null || after is not null) && (before?.ValueKind ?? kind) == kind && (after?.ValueKind ?? kind) == kind;

    // A list of words, such as a command line, is read as one value.
    private static bool IsPlain(JsonElement? array) =>
        array is { } items && items.EnumerateArray().All(static item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array));

    private static IEnumerable<string> Names(JsonElement? json) => json?.EnumerateObject().Select(property => property.Name) ?? [];

    private static int Length(JsonElement? array) => array?.GetArrayLength() ?? 0;

    private static JsonElement? At(JsonElement? array, int index) => index < Length(array) ? array!.Value[index] : null;

    private static bool IsSecret(string path)
    {
        var name = path.LastIndexOf(".env.", StringComparison.Ordinal) is var env and >= 0 ? path[(env + 5)..] : "";
        return SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
