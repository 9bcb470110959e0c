using System.Text.Json;
using Datahall.Learning.Files;

namespace Datahall.Learning.Export;

/// <summary>Writes a model folder's weights as an ONNX file beside them.</summary>
internal static class OnnxExport
{
    /// <summary>The scores of label sequences, as JSON of start, next and end; in the metadata of models with a CRF.</summary>
    public const string TransitionsKey = "datahall.transitions";

    /// <summary>The name of the file in a model's folder.</summary>
    public static string FileName(OnnxPrecision precision) => precision == OnnxPrecision.Int8 ? "model.int8.onnx" : "model.onnx";

    /// <summary>What the model of a config is for.</summary>
    public static ModelKind KindOf(ModelConfig config) => config.Architecture switch
    {
        { } name when name.EndsWith("ForTokenClassification", StringComparison.Ordinal) => ModelKind.TokenClassification,
        { } name when name.EndsWith("ForSequenceClassification", StringComparison.Ordinal) =>
            config is { Labels.Count: 1, ProblemType: null or "regression" } ? ModelKind.PairRanking : ModelKind.SequenceClassification,
        _ => ModelKind.SentenceEmbedding,
    };

    /// <summary>Exports the model of a Hugging Face folder.</summary>
    /// <param name="folder">The folder: config.json and model.safetensors, or its shards.</param>
    /// <param name="precision">How the exported model computes.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="LearningException">The folder has no such model, or a tensor is missing or has another shape.</exception>
    public static string Write(string folder, OnnxPrecision precision)
    {
        var config = ModelConfig.Load(folder);
        using var file = SafetensorsFile.OpenFolder(folder);
        var weights = new Weights(file, config);
        var graph = new OnnxGraph();
        var encoder = new EncoderGraph(graph, config, weights, precision);
        switch (KindOf(config))
        {
            case ModelKind.TokenClassification:
                HeadGraph.AddTokenClassifier(graph, encoder, config, weights);
                break;
            case ModelKind.SequenceClassification or ModelKind.PairRanking:
                HeadGraph.AddSequenceClassifier(graph, encoder, config, weights);
                break;
            default:
                HeadGraph.AddSentenceEmbedding(graph, encoder, config);
                break;
        }

        var path = Path.Combine(folder, FileName(precision));
        var metadata = Metadata(config, weights);
        weights.RefuseUnread();
        AtomicFile.Write(path, stream => graph.Write(stream, metadata));
        return path;
    }

    private static Dictionary<string, string> Metadata(ModelConfig config, Weights weights)
    {
        var metadata = new Dictionary<string, string>();
        var labels = config.Labels.Count;
        if (weights.Has("crf.transitions"))
        {
            float[][] transitions =
            [
                weights.Values("crf.start_transitions", labels), weights.Values("crf.transitions", labels, labels), weights.Values("crf.end_transitions", labels),
            ];
            metadata[TransitionsKey] = JsonSerializer.Serialize(transitions);
        }

        return metadata;
    }
}
