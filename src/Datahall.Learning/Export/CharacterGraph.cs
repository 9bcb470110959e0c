using Datahall.Learning.Networks;

namespace Datahall.Learning.Export;

/// <summary>The convolution over the characters of words as ONNX operators.</summary>
internal static class CharacterGraph
{
    /// <summary>Adds the input of character ids.</summary>
    /// <returns>The features of words, float32 [words, filters].</returns>
    public static string Add(OnnxGraph graph, Weights weights, CharacterOptions options)
    {
        var ids = graph.Input(OnnxNames.Characters, OnnxType.Int64, "words", "characters");
        var alphabet = options.Alphabet.Distinct().Count() + 2;
        var table = graph.Constant("characters.table", [alphabet, options.Width], weights.Values("characters.embeddings.weight", alphabet, options.Width));
        var filters = graph.Constant(
            "characters.filters", [options.Filters, options.Width, options.Kernel],
            weights.Values("characters.convolution.weight", options.Filters, options.Width, options.Kernel));
        var bias = graph.Constant("characters.bias", [options.Filters], weights.Values("characters.convolution.bias", options.Filters));

        // Padding contributes zeros to the convolution, and what stands at padding may not be the maximum.
        var one = graph.Constant("one_float", [], [1f]);
        var present = graph.Add("Cast", [graph.Add("Greater", [ids, graph.Integer("zero", 0)])], OnnxAttribute.Of("to", (long)OnnxType.Float32));
        var column = graph.Add("Unsqueeze", [present, graph.Integers("axis_1", 1)]);
        var vectors = graph.Add("Transpose", [graph.Add("Gather", [table, ids])], OnnxAttribute.Of("perm", [0, 2, 1]));
        var half = options.Kernel / 2;
        var filtered = graph.Add("Conv", [graph.Add("Mul", [vectors, column]), filters, bias], OnnxAttribute.Of("pads", [half, half]));
        var absent = graph.Add("Mul", [graph.Add("Sub", [column, one]), graph.Constant("far", [], [1e30f])]);
        var highest = graph.Add("ReduceMax", [graph.Add("Add", [filtered, absent])], OnnxAttribute.Of("axes", [2]), OnnxAttribute.Of("keepdims", 0));
        return graph.Add("Relu", [highest]);
    }
}
