using System.Globalization;
using System.Runtime.InteropServices;
using Datahall.Learning.Protobuf;

namespace Datahall.Learning.Export;

/// <summary>
/// An ONNX model in the making: values are named by strings, and each operator returns the name of its first output.
/// Field numbers: onnx.proto of ONNX 1.12; what is used here has not changed since.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The newest version of the file form that this operator set needs.</summary>
    private const int IrVersion = 8;

    /// <summary>The first operator set with LayerNormalization, which every runtime of the last years has.</summary>
    private const int Opset = 17;

    /// <summary>Protocol buffers' limit of a message.</summary>
    private const long LongestMessage = int.MaxValue;

    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Microsoft = "com.microsoft";

    private readonly ProtobufWriter nodes = new();
    private readonly ProtobufWriter borders = new();
    private readonly List<(byte[] Head, ReadOnlyMemory<byte> Values)> initializers = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int nodeCount;

    /// <summary>Declares an input; dimensions are numbers or names.</summary>
    public string Input(string name, OnnxType type, params ReadOnlySpan<string> shape)
    {
        borders.Message(11, Value(name, type, shape));
        return name;
    }

    public void Output(string name, OnnxType type, params ReadOnlySpan<string> shape) => borders.Message(12, Value(name, type, shape));

    /// <summary>Adds an operator of the standard; an empty name leaves out an optional input.</summary>
    public string Add(string operation, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Add("", operation, inputs, [operation + "_" + nodeCount.ToString(CultureInfo.InvariantCulture)], attributes);

    /// <summary>Adds an operator of ONNX Runtime.</summary>
    public string AddFused(string operation, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Add(Microsoft, operation, inputs, [operation + "_" + nodeCount.ToString(CultureInfo.InvariantCulture)], attributes);

    /// <summary>Adds an operator whose outputs get these names; returns the first.</summary>
    public string Add(
        string domain, string operation, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new ProtobufWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        foreach (var output in outputs)
        {
            node.Text(2, output);
        }

        node.Text(3, $"{operation}_{nodeCount++}").Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute.Write());
        }

        nodes.Message(1, domain.Length > 0 ? node.Text(7, domain) : node);
        return outputs[0];
    }

    public string Constant(string name, IReadOnlyList<long> shape, float[] values) =>
        Constant(name, OnnxType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public string Constant(string name, IReadOnlyList<long> shape, sbyte[] values) =>
        Constant(name, OnnxType.Int8, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A scalar.</summary>
    public string Integer(string name, long value) => Constant(name, OnnxType.Int64, [], BitConverter.GetBytes(value));

    /// <summary>A vector.</summary>
    public string Integers(string name, params long[] values) =>
        Constant(name, OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Adds a tensor that is part of the model, row-major and little-endian. One that is there already is not added again.</summary>
    public string Constant(string name, OnnxType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> values)
    {
        if (names.Add(name))
        {
            var head = new ProtobufWriter();
            foreach (var dimension in shape)
            {
                head.Integer(1, dimension);
            }

            // The values come last, so that they need not be copied into the message.
            head.Integer(2, (int)type).Text(8, name).Announce(9, values.Length);
            initializers.Add((head.Written.ToArray(), values));
        }

        return name;
    }

    /// <summary>Writes the model.</summary>
    /// <exception cref="LearningException">It is larger than 2 GB, for which an ONNX file has no room without files beside it.</exception>
    public void Write(Stream stream, IReadOnlyDictionary<string, string> metadata)
    {
        borders.Text(2, "datahall");
        var constants = initializers.Select(constant => new ProtobufWriter().Announce(5, constant.Head.Length + constant.Values.Length)).ToList();
        var length = nodes.Written.Length + borders.Written.Length
            + initializers.Zip(constants, (constant, key) => (long)key.Written.Length + constant.Head.Length + constant.Values.Length).Sum();
        if (length > LongestMessage)
        {
            throw new LearningException(
                $"the model takes {length} bytes, an ONNX file holds at most {LongestMessage}; export it as int8, or prune it");
        }

        var model = new ProtobufWriter().Integer(1, IrVersion).Text(2, "datahall-learn");
        foreach (var (domain, version) in (ReadOnlySpan<(string, int)>)[("", Opset), (Microsoft, 1)])
        {
            model.Message(8, new ProtobufWriter().Text(1, domain).Integer(2, version));
        }

        foreach (var (key, value) in metadata)
        {
            model.Message(14, new ProtobufWriter().Text(1, key).Text(2, value));
        }

        stream.Write(model.Announce(7, (int)length).Written);
        stream.Write(nodes.Written);
        stream.Write(borders.Written);
        foreach (var (constant, key) in initializers.Zip(constants))
        {
            stream.Write(key.Written);
            stream.Write(constant.Head);
            stream.Write(constant.Values.Span);
        }
    }

    private static ProtobufWriter Value(string name, OnnxType type, ReadOnlySpan<string> shape)
    {
        var dimensions = new ProtobufWriter();
        foreach (var dimension in shape)
        {
            dimensions.Message(1, long.TryParse(dimension, CultureInfo.InvariantCulture, out var size)
                ? new ProtobufWriter().Integer(1, size)
                : new ProtobufWriter().Text(2, dimension));
        }

        var tensor = new ProtobufWriter().Integer(1, (int)type).Message(2, dimensions);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
