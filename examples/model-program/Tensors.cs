using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelProgram;

/// <summary>A tensor with its values as the protocol's binary form has them.</summary>
internal sealed record Tensor(string Name, string Type, long[] Shape, byte[] Bytes)
{
    public static Tensor Of(string name, long[] shape, IEnumerable<int> values) => new(name, "INT32", shape, MemoryMarshal.AsBytes<int>(values.ToArray()).ToArray());

    public static Tensor Of(string name, long[] shape, IEnumerable<float> values) => new(name, "FP32", shape, MemoryMarshal.AsBytes<float>(values.ToArray()).ToArray());

    public int[] Integers() => Type is "INT32" ? MemoryMarshal.Cast<byte, int>(Bytes).ToArray() : throw new FormatException($"{Name} is {Type}; it must be INT32");

    public string[] Texts()
    {
        if (Type is not "BYTES")
        {
            throw new FormatException($"{Name} is {Type}; it must be BYTES");
        }

        List<string> texts = [];
        for (var rest = Bytes.AsSpan(); !rest.IsEmpty;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            texts.Add(Encoding.UTF8.GetString(rest.Slice(4, length)));
            rest = rest[(4 + length)..];
        }

        return [.. texts];
    }

    /// <summary>The output's JSON; its values go there, or into the binary part.</summary>
    public JsonObject Write(Stream? binary)
    {
        var json = new JsonObject { ["name"] = Name, ["datatype"] = Type, ["shape"] = new JsonArray([.. Shape.Select(static size => JsonValue.Create(size))]) };
        if (binary is null)
        {
            json["data"] = Type is "INT32"
                ? new JsonArray([.. MemoryMarshal.Cast<byte, int>(Bytes).ToArray().Select(static x => (JsonNode)JsonValue.Create(x))])
                : new JsonArray([.. MemoryMarshal.Cast<byte, float>(Bytes).ToArray().Select(static x => (JsonNode)JsonValue.Create(x))]);
        }
        else
        {
            json["parameters"] = new JsonObject { ["binary_data_size"] = Bytes.Length };
            binary.Write(Bytes);
        }

        return json;
    }
}

/// <summary>Reads a request's tensors.</summary>
internal static class Tensors
{
    public static IReadOnlyDictionary<string, Tensor> Read(JsonObject request, ReadOnlyMemory<byte> binary)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var input in (request["inputs"] as JsonArray ?? throw new FormatException("the request has no inputs")).OfType<JsonObject>())
        {
            var name = (string?)input["name"] ?? throw new FormatException("an input has no name");
            var type = (string?)input["datatype"] ?? throw new FormatException($"{name} has no datatype");
            var shape = (input["shape"] as JsonArray ?? []).Select(static size => (long)size!).ToArray();
            byte[] bytes;
            if ((int?)input["parameters"]?["binary_data_size"] is { } size)
            {
                bytes = size >= 0 && size <= binary.Length ? binary[..size].ToArray() : throw new FormatException($"{name}: {size} bytes are said to follow, {binary.Length} do");
                binary = binary[size..];
            }
            else
            {
                bytes = Values(name, type, Flat(input["data"]).ToList());
            }

            tensors[name] = new(name, type, shape, bytes);
        }

        return tensors;
    }

    private static IEnumerable<JsonNode?> Flat(JsonNode? data) => data is JsonArray list ? list.SelectMany(Flat) : [data];

    private static byte[] Values(string name, string type, List<JsonNode?> values) => type switch
    {
        "INT32" => MemoryMarshal.AsBytes<int>(values.Select(static value => (int)value!).ToArray()).ToArray(),
        "FP32" => MemoryMarshal.AsBytes<float>(values.Select(static value => (float)value!).ToArray()).ToArray(),
        "BYTES" => [.. values.SelectMany(static value => Encoding.UTF8.GetBytes((string)value!) is var text ? BitConverter.GetBytes((uint)text.Length).Concat(text) : [])],
        _ => throw new FormatException($"{name} is {type}; this server takes INT32, FP32 and BYTES"),
    };
}
