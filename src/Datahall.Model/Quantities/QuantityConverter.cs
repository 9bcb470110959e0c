using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Reads a quantity from a JSON string or number and writes its text.</summary>
/// <typeparam name="T">The quantity.</typeparam>
public sealed class QuantityConverter<T> : JsonConverter<T>, IQuantityForm
    where T : struct, IQuantity<T>
{
    string IQuantityForm.Example => T.Example;

    string IQuantityForm.Pattern => T.Pattern;

    bool IQuantityForm.CanRead(ReadOnlySpan<char> text) => T.TryParse(text, out _);

    string IQuantityForm.Refusal(string? text) => Refusal(text);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // A number is read as it was written: 0.1 must not pass through a double.
        var text = reader.TokenType is JsonTokenType.Number
            ? Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)
            : reader.GetString();
        return T.TryParse(text, out var value) ? value : throw new JsonException(Refusal(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    private static string Refusal(string? text) => $"'{text}' is not a {typeof(T).Name.ToLowerInvariant()} amount; write it like {T.Example}";
}
