using System.Globalization;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Export;

/// <summary>
/// The encoder as ONNX operators, fused where ONNX Runtime has one operator for several. Which fusions are used was measured
/// (docs/learning/export.md); the operators of com.microsoft are described in ContribOperators.md of ONNX Runtime.
/// </summary>
internal sealed class EncoderGraph(OnnxGraph graph, ModelConfig config, Weights weights, OnnxPrecision precision)
{
    private readonly LayoutNames names = LayoutNames.Of(config.Layout);
    private readonly Dictionary<string, string[]> quantised = [];

    /// <summary>Declares the inputs and adds all layers.</summary>
    /// <returns>The last hidden state, float32 [batch, length, hidden].</returns>
    public string Build()
    {
        var ids = graph.Input(OnnxNames.Ids, OnnxType.Int64, "batch", "length");
        var mask = graph.Input(OnnxNames.Mask, OnnxType.Int64, "batch", "length");
        var types = config.TokenTypes > 0 ? graph.Input(OnnxNames.Types, OnnxType.Int64, "batch", "length") : null;
        // Padding is on the right: the operators of attention take lengths.
        var lengths = graph.Add("Cast", [graph.Add("ReduceSum", [mask, graph.Integers("axis_1", 1)], OnnxAttribute.Of("keepdims", 0))], OnnxAttribute.Of("to", (long)OnnxType.Int32));
        var hidden = Embed(ids, types);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            hidden = Layer(layer, hidden, lengths);
        }

        return hidden;
    }

    /// <summary>A linear map of the head or of a layer, with its bias.</summary>
    public string Linear(string input, LinearMap map) => precision == OnnxPrecision.Int8
        ? Product(input, map, withBias: true)
        : graph.Add("Add", [Product(input, map), Bias(map)]);

    private string Embed(string ids, string? types)
    {
        // RoBERTa counts positions from the padding id + 1.
        var first = config.Layout == EncoderLayout.Roberta ? config.PadId + 1 : 0;
        var width = config.HiddenSize;
        var positions = weights.Values("embeddings.position_embeddings.weight", config.MaxPositions, width)[(first * width)..];
        var shape = graph.Add("Shape", [ids]);
        var length = graph.Add("Gather", [shape, graph.Integer("index_1", 1)]);
        var steps = graph.Add("Range", [graph.Integer("zero", 0), length, graph.Integer("one", 1)]);
        var sum = graph.Add("Add",
        [
            Rows("embeddings.word_embeddings.weight", config.VocabularySize, ids),
            graph.Add("Gather", [graph.Constant("positions", [config.MaxPositions - first, width], positions), steps]),
        ]);
        if (types is not null)
        {
            var table = weights.Values("embeddings.token_type_embeddings.weight", config.TokenTypes, width);
            sum = graph.Add("Add", [sum, graph.Add("Gather", [graph.Constant("types", [config.TokenTypes, width], table), types])]);
        }

        return graph.Add("LayerNormalization", [sum, .. Norm("embeddings.LayerNorm")], OnnxAttribute.Of("axis", -1), Epsilon);
    }

    /// <summary>Rows of a table; as int8 each row has its scale.</summary>
    private string Rows(string name, int rows, string ids)
    {
        var values = weights.Values(name, rows, config.HiddenSize);
        if (precision == OnnxPrecision.Float32)
        {
            return graph.Add("Gather", [graph.Constant(name, [rows, config.HiddenSize], values), ids]);
        }

        var (table, scales) = Quantization.Rows(values, config.HiddenSize);
        var integers = graph.Add("Gather", [graph.Constant(name, [rows, config.HiddenSize], table), ids]);
        return graph.Add("Mul",
        [
            graph.Add("Cast", [integers], OnnxAttribute.Of("to", (long)OnnxType.Float32)),
            graph.Add("Gather", [graph.Constant(name + ".scales", [rows, 1], scales), ids]),
        ]);
    }

    private string Layer(int layer, string hidden, string lengths)
    {
        var (width, feedForward) = (config.HeadsOf(layer) * config.HeadSize, config.FeedForwardOf(layer));
        var attended = Linear(Attend(layer, hidden, lengths), weights.Linear(width, config.HiddenSize, Name(names.AttentionOutput)));
        var middle = SumNorm(attended, hidden, Name(names.AttentionNorm));
        var wide = weights.Linear(config.HiddenSize, feedForward, Name(names.FeedForwardIn));
        var active = ActivationGraph.Add(graph, config.Activation, Product(middle, wide), Bias(wide));
        var narrow = Linear(active, weights.Linear(feedForward, config.HiddenSize, Name(names.FeedForwardOut)));
        return SumNorm(narrow, middle, Name(names.FeedForwardNorm));

        string Name(string part) => $"{names.Layers}.{layer.ToString(CultureInfo.InvariantCulture)}.{part}";
    }

    private string Attend(int layer, string hidden, string lengths)
    {
        var width = config.HeadsOf(layer) * config.HeadSize;
        var prefix = $"{names.Layers}.{layer.ToString(CultureInfo.InvariantCulture)}.";
        var map = weights.Linear(config.HiddenSize, width, [.. names.QueryKeyValue.Select(name => prefix + name)]);
        string[] parts = [$"query_{layer}", $"key_{layer}", $"value_{layer}"];
        graph.Add("", "Split", [Product(hidden, map), graph.Integers($"thirds_{width}", width, width, width)], parts, OnnxAttribute.Of("axis", -1));
        return graph.AddFused("MultiHeadAttention", [.. parts, Bias(map), lengths], OnnxAttribute.Of("num_heads", config.HeadsOf(layer)));
    }

    private string Product(string input, LinearMap map, bool withBias = false)
    {
        var name = map.Name + ".weight";
        if (precision == OnnxPrecision.Float32)
        {
            return graph.Add("MatMul", [input, graph.Constant(name, [map.Inputs, map.Outputs], map.Matrix)]);
        }

        var (values, scales) = Quantization.Columns(map.Matrix, map.Outputs);
        if (!quantised.TryGetValue(input, out var parts))
        {
            quantised.Add(input, parts = [input + "_int8", input + "_scale", input + "_zero"]);
            graph.Add("", "DynamicQuantizeLinear", [input], parts);
        }

        return graph.AddFused("MatMulIntegerToFloat",
        [
            parts[0], graph.Constant(name, [map.Inputs, map.Outputs], values), parts[1], graph.Constant(name + ".scales", [map.Outputs], scales),
            parts[2], "", withBias ? Bias(map) : "",
        ]);
    }

    private string Bias(LinearMap map) => graph.Constant(map.Name + ".bias", [map.Outputs], map.Bias);

    /// <summary>Not SkipLayerNormalization: in ONNX Runtime 1.31 its kernel takes longer than the two operators it stands for.</summary>
    private string SumNorm(string input, string skip, string norm) =>
        graph.Add("LayerNormalization", [graph.Add("Add", [input, skip]), .. Norm(norm)], OnnxAttribute.Of("axis", -1), Epsilon);

    private string[] Norm(string name) =>
    [
        graph.Constant(name + ".weight", [config.HiddenSize], weights.Values(name + ".weight", config.HiddenSize)),
        graph.Constant(name + ".bias", [config.HiddenSize], weights.Values(name + ".bias", config.HiddenSize)),
    ];

    private OnnxAttribute Epsilon => OnnxAttribute.Of("epsilon", (float)config.LayerNormEpsilon);
}
