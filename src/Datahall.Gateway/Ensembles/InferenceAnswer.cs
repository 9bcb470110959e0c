using System.Buffers;
using System.Text.Json;

namespace Datahall.Gateway.Ensembles;

/// <summary>An answer to an inference request of the Open Inference Protocol v2.</summary>
/// <param name="Id">The request's id; null: it had none.</param>
/// <param name="Outputs">The outputs.</param>
internal sealed record InferenceAnswer(string? Id, IReadOnlyList<Tensor> Outputs)
{
    /// <summary>Reads an answer.</summary>
    /// <param name="body">Its body.</param>
    /// <param name="jsonLength">The length of the JSON in front, from <c>Inference-Header-Content-Length</c>; null: it is JSON only.</param>
    /// <exception cref="InferenceFormatException">It is not what the protocol says.</exception>
    public static InferenceAnswer Read(ReadOnlyMemory<byte> body, int? jsonLength)
    {
        if (jsonLength is < 0 || jsonLength > body.Length)
        {
            throw new InferenceFormatException($"Inference-Header-Content-Length is {jsonLength}, but the body has {body.Length} bytes");
        }

        try
        {
            using var json = JsonDocument.Parse(body[..(jsonLength ?? body.Length)]);
            var binary = body[(jsonLength ?? body.Length)..];
            if (json.RootElement.ValueKind is not JsonValueKind.Object || !json.RootElement.TryGetProperty("outputs", out var outputs))
            {
                throw new InferenceFormatException("the answer has no outputs");
            }

            List<Tensor> tensors = [];
            foreach (var output in outputs.EnumerateArray())
            {
                tensors.Add(Output(output, ref binary));
            }

            if (tensors.Select(static tensor => tensor.Name).Distinct(StringComparer.Ordinal).Count() < tensors.Count)
            {
                throw new InferenceFormatException("two outputs have the same name");
            }

            return binary.IsEmpty
                ? new(json.RootElement.TryGetProperty("id", out var id) ? id.GetString() : null, tensors)
                : throw new InferenceFormatException($"{binary.Length} bytes follow the last output");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InferenceFormatException($"the answer is not as the protocol says: {e.Message}");
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="model">The model's name in it.</param>
    /// <param name="to">Where to.</param>
    /// <returns>The length of the JSON in front; null: there is nothing but JSON.</returns>
    public int? Write(string model, ArrayBufferWriter<byte> to)
    {
        var binary = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model);
            if (Id is not null)
            {
                json.WriteString("id", Id);
            }

            json.WriteStartArray("outputs");
            foreach (var output in Outputs)
            {
                WriteOutput(output, json, binary);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        int? length = Outputs.Any(static output => output.IsBinary) ? to.WrittenCount : null;
        to.Write(binary.WrittenSpan);
        return length;
    }

    private static Tensor Output(JsonElement output, ref ReadOnlyMemory<byte> binary)
    {
        var name = output.GetProperty("name").GetString() ?? "";
        var type = TensorType.Of(output.GetProperty("datatype").GetString() ?? "");
        long[] shape = [.. output.GetProperty("shape").EnumerateArray().Select(static dimension => dimension.GetInt64())];
        var count = Tensor.CountOf(name, shape);
        if (output.TryGetProperty("parameters", out var parameters) && parameters.TryGetProperty("binary_data_size", out var told))
        {
            var size = told.GetInt64();
            if (size < 0 || size > binary.Length)
            {
                throw new InferenceFormatException($"output {name} says it has {size} bytes; {binary.Length} are left");
            }

            var values = BinaryTensors.Read(name, type, count, binary.Span[..(int)size]);
            binary = binary[(int)size..];
            return Tensor.Of(name, type, shape, isBinary: true, values);
        }

        return Tensor.Of(name, type, shape, isBinary: false, JsonTensors.Read(name, type, count, output.GetProperty("data")));
    }

    private static void WriteOutput(Tensor output, Utf8JsonWriter json, ArrayBufferWriter<byte> binary)
    {
        json.WriteStartObject();
        json.WriteString("name", output.Name);
        json.WriteString("datatype", output.Type.Name);
        json.WriteStartArray("shape");
        foreach (var dimension in output.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        if (output.IsBinary)
        {
            var before = binary.WrittenCount;
            BinaryTensors.Write(output, binary);
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", binary.WrittenCount - before);
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("data");
            JsonTensors.Write(output, json);
        }

        json.WriteEndObject();
    }
}
