using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Datahall.Cli.Output;

/// <summary>Writes JSON as block-style YAML 1.2, without a YAML library: reading a list must stay fast.</summary>
internal static class YamlText
{
    private const string Indicators = "-?:,[]{}#&*!|>'\"%@` ";

    public static string Write(JsonElement value, int indent = 0)
    {
        var text = new StringBuilder();
        Node(text, value, indent);
        return text.ToString();
    }

    private static void Node(StringBuilder text, JsonElement value, int indent)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    text.Append(' ', indent).Append(Scalar(property.Name)).Append(':');
                    Value(text, property.Value, property.Value.ValueKind is JsonValueKind.Array ? indent : indent + 2);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Item(text, item, indent);
                }

                break;
            default:
                text.Append(' ', indent).Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void Value(StringBuilder text, JsonElement value, int indent)
    {
        if (IsBlock(value))
        {
            text.Append('\n');
            Node(text, value, indent);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    private static void Item(StringBuilder text, JsonElement item, int indent)
    {
        if (!IsBlock(item))
        {
            text.Append(' ', indent).Append("- ").Append(Scalar(item)).Append('\n');
            return;
        }

        // The block's first line moves up behind the dash, which takes the place of its indentation.
        var block = Write(item, indent + 2);
        text.Append(' ', indent).Append("- ").Append(block, indent + 2, block.Length - indent - 2);
    }

    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().MoveNext(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Scalar(value.GetString()!),
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        _ => value.GetRawText(),
    };

    /// <summary>A string plain where every YAML reader takes it as the same string, quoted as in JSON elsewhere.</summary>
    private static string Scalar(string text) => IsPlain(text) ? text : Quote(text);

    private static bool IsPlain(string text) =>
        text.Length > 0
        && !Indicators.Contains(text[0], StringComparison.Ordinal)
        && text[^1] is not (' ' or ':')
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && !text.Any(static c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF')
        && !IsOtherType(text);

    private static bool IsOtherType(string text) =>
        text.ToLowerInvariant() is "null" or "~" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n"
        || char.IsAsciiDigit(text[0]) || text[0] is '+' or '.' or '=' or '<';

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF' =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
