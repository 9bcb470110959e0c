using System.Text;
using System.Text.Json;

namespace Datahall.Gateway.Ensembles;

/// <summary>Values of tensors as JSON: flat or nested, row-major. Source: the Open Inference Protocol v2, tensor data.</summary>
internal static class JsonTensors
{
    /// <summary>Reads values.</summary>
    /// <param name="name">The output's name, for messages.</param>
    /// <param name="type">The datatype.</param>
    /// <param name="count">How many.</param>
    /// <param name="data">The array, flat or nested.</param>
    /// <exception cref="InferenceFormatException">There are more or fewer values than that, or one is not of the datatype.</exception>
    public static Array Read(string name, TensorType type, int count, JsonElement data)
    {
        List<JsonElement> values = [];
        Flatten(data, values, count);
        if (values.Count != count)
        {
            throw new InferenceFormatException($"output {name} has {(values.Count > count ? "more" : values.Count)} values; its shape stands for {count}");
        }

        return type.Kind switch
        {
            TensorKind.Real => (double[])[.. values.Select(value => Real(name, value))],
            TensorKind.Integer => (long[])[.. values.Select(value => Integer(name, type, value))],
            _ => (byte[][])[.. values.Select(value => Text(name, value))],
        };
    }

    /// <summary>Writes a tensor's values, flat.</summary>
    public static void Write(Tensor tensor, Utf8JsonWriter to)
    {
        to.WriteStartArray();
        foreach (var value in tensor.Reals)
        {
            if (tensor.Type.Name == "FP64")
            {
                to.WriteNumberValue(value);
            }
            else
            {
                to.WriteNumberValue((float)value);
            }
        }

        foreach (var value in tensor.Integers)
        {
            WriteInteger(tensor.Type.Name, value, to);
        }

        foreach (var text in tensor.Texts)
        {
            to.WriteStringValue(Encoding.UTF8.GetString(text));
        }

        to.WriteEndArray();
    }

    private static void Flatten(JsonElement data, List<JsonElement> values, int most)
    {
        if (data.ValueKind is not JsonValueKind.Array)
        {
            values.Add(data);
            return;
        }

        foreach (var element in data.EnumerateArray())
        {
            if (values.Count > most)
            {
                return; // One too many is enough to know.
            }

            Flatten(element, values, most);
        }
    }

    private static double Real(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) ? number : throw Not(name, value, "a number");

    private static long Integer(string name, TensorType type, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False && type.Name == "BOOL")
        {
            return value.ValueKind is JsonValueKind.True ? 1 : 0;
        }

        if (value.ValueKind is JsonValueKind.Number)
        {
            if (type.Name == "UINT64" && value.TryGetUInt64(out var unsigned))
            {
                return unchecked((long)unsigned);
            }

            if (value.TryGetInt64(out var number) && IsWithin(type, number))
            {
                return number;
            }
        }

        throw Not(name, value, type.Name);
    }

    private static bool IsWithin(TensorType type, long number) => type.Name switch
    {
        "BOOL" => number is 0 or 1,
        "INT64" => true,
        ['U', ..] => number >= 0 && (type.Size == 8 || number < 1L << (type.Size * 8)),
        _ => number >= -(1L << ((type.Size * 8) - 1)) && number < 1L << ((type.Size * 8) - 1),
    };

    private static byte[] Text(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? Encoding.UTF8.GetBytes(value.GetString() ?? "") : throw Not(name, value, "a string");

    private static InferenceFormatException Not(string name, JsonElement value, string wanted) =>
        new($"output {name} has a value of kind {value.ValueKind} that is not {wanted}");

    private static void WriteInteger(string type, long value, Utf8JsonWriter to)
    {
        if (type == "BOOL")
        {
            to.WriteBooleanValue(value != 0);
        }
        else if (type == "UINT64")
        {
            to.WriteNumberValue(unchecked((ulong)value));
        }
        else
        {
            to.WriteNumberValue(value);
        }
    }
}
