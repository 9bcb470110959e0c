using System.Globalization;
using System.Text.Json;
using Datahall.Model.Manifests.Syntax;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Datahall.Model.Manifests;

/// <summary>Writes resources as YAML that <see cref="ManifestReader"/> reads back as the same resources.</summary>
public static class ResourceYaml
{
    /// <summary>Writes a resource as one YAML document, in the field order of its JSON.</summary>
    public static string Write(Resource resource) => Write([resource]);

    /// <summary>Writes resources as YAML documents one after another, parted by <c>---</c>.</summary>
    public static string Write(IEnumerable<Resource> resources)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        var first = true;
        foreach (var resource in resources)
        {
            emitter.Emit(new DocumentStart(null, null, isImplicit: first));
            using var json = JsonDocument.Parse(ResourceJson.Write(resource));
            Emit(json.RootElement, emitter);
            emitter.Emit(new DocumentEnd(isImplicit: true));
            first = false;
        }

        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(JsonElement element, Emitter emitter)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                EmitObject(element, emitter);
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in element.EnumerateArray())
                {
                    Emit(item, emitter);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                EmitText(element.GetString()!, emitter);
                break;
            default:
                emitter.Emit(Scalar(element.GetRawText(), ScalarStyle.Plain));
                break;
        }
    }

    private static void EmitObject(JsonElement element, Emitter emitter)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (var property in element.EnumerateObject())
        {
            EmitText(property.Name, emitter);
            Emit(property.Value, emitter);
        }

        emitter.Emit(new MappingEnd());
    }

    private static void EmitText(string text, Emitter emitter) =>
        emitter.Emit(Scalar(text, PlainScalar.NeedsQuotes(text) || HasUnusualCharacters(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any));

    private static Scalar Scalar(string text, ScalarStyle style) =>
        new(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);

    /// <summary>Line breaks, tabs, blanks at the ends and invisible characters are safe only as escapes.</summary>
    private static bool HasUnusualCharacters(string text) =>
        char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])
        || text.Any(static letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(letter));
}
