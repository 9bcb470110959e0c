using System.Globalization;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Surface;

namespace Datahall.Learning.Export;

/// <summary>The heads as ONNX operators. Source of names and order: Transformers' classes of each layout.</summary>
internal static class HeadGraph
{
    /// <summary>The score of each label for each piece; in a model that sees the words themselves, for each word.</summary>
    public static void AddTokenClassifier(OnnxGraph graph, EncoderGraph encoder, ModelConfig config, Weights weights)
    {
        var options = TokenHeadOptions.Read(config);
        var hidden = encoder.Build();
        var (width, labels) = (config.HiddenSize, config.Labels.Count);
        if (options is { Characters: null, Surface: false })
        {
            Score(graph, encoder.Linear(hidden, weights.Linear(width, labels, "classifier")), "batch", "length", Text(labels));
            return;
        }

        var pieces = graph.Add("Reshape", [hidden, graph.Integers("pieces_shape", -1, width)]);
        var vectors = graph.Add("Gather", [pieces, graph.Input(OnnxNames.FirstPieces, OnnxType.Int64, "words")]);
        if (options.Characters is { } characters)
        {
            vectors = graph.Add("Concat", [vectors, CharacterGraph.Add(graph, weights, characters)], OnnxAttribute.Of("axis", -1));
            width += characters.Filters;
        }

        var scores = encoder.Linear(vectors, weights.Linear(width, labels, "classifier"));
        if (options.Surface)
        {
            var features = graph.Input(OnnxNames.Surface, OnnxType.Int64, "words", "features");
            scores = graph.Add("Add", [scores, SurfaceScores(graph, weights, SurfaceLayer.DefaultBuckets, labels, features)]);
        }

        Score(graph, scores, "words", Text(labels));
    }

    /// <summary>The score of each label for each text: of a text alone or of a pair; a ranking has one label.</summary>
    public static void AddSequenceClassifier(OnnxGraph graph, EncoderGraph encoder, ModelConfig config, Weights weights)
    {
        var first = graph.Add("Gather", [encoder.Build(), graph.Integer("index_0", 0)], OnnxAttribute.Of("axis", 1));
        var width = config.HiddenSize;
        var (dense, activation, output) = config.Layout switch
        {
            EncoderLayout.Roberta => ("classifier.dense", "Tanh", "classifier.out_proj"),
            EncoderLayout.DistilBert => ("pre_classifier", "Relu", "classifier"),
            _ => ("pooler.dense", "Tanh", "classifier"),
        };
        var pooled = graph.Add(activation, [encoder.Linear(first, weights.Linear(width, width, dense))]);
        var scores = encoder.Linear(pooled, weights.Linear(width, config.Labels.Count, output));
        scores = TextSurface.IsIn(config) ? graph.Add("Add", [scores, TextSurfaceScores(graph, weights, config.Labels.Count)]) : scores;
        Score(graph, scores, "batch", Text(config.Labels.Count));
    }

    /// <summary>The mean of the pieces' last hidden states, without padding, brought to length 1. Source: Reimers and Gurevych, Sentence-BERT (2019), section 3.</summary>
    public static void AddSentenceEmbedding(OnnxGraph graph, EncoderGraph encoder, ModelConfig config)
    {
        var hidden = encoder.Build();
        var mask = graph.Add("Cast", [OnnxNames.Mask], OnnxAttribute.Of("to", (long)OnnxType.Float32));
        var weight = graph.Add("Unsqueeze", [mask, graph.Integers("axis_2", 2)]);
        var axis = graph.Integers("axis_1", 1);
        var sum = graph.Add("ReduceSum", [graph.Add("Mul", [hidden, weight]), axis], OnnxAttribute.Of("keepdims", 0));
        var count = graph.Add("ReduceSum", [weight, axis], OnnxAttribute.Of("keepdims", 0));
        var mean = graph.Add("Div", [sum, count]);
        var length = graph.Add("ReduceL2", [mean], OnnxAttribute.Of("axes", [1]), OnnxAttribute.Of("keepdims", 1));
        graph.Add("", "Div", [mean, graph.Add("Max", [length, graph.Constant("least_length", [], [1e-12f])])], [OnnxNames.Vectors]);
        graph.Output(OnnxNames.Vectors, OnnxType.Float32, "batch", Text(config.HiddenSize));
    }

    /// <summary>The sum of the rows of the features; the row behind the last one is of the number that fills up shorter lists, and zero.</summary>
    private static string SurfaceScores(OnnxGraph graph, Weights weights, int buckets, int labels, string features)
    {
        var values = weights.Values("surface.weight", buckets, labels);
        var table = graph.Constant("surface.weight", [buckets + 1, labels], [.. values, .. new float[labels]]);
        return graph.Add("ReduceSum", [graph.Add("Gather", [table, features]), graph.Integers("axis_1", 1)], OnnxAttribute.Of("keepdims", 0));
    }

    /// <summary>A text's features have a vector of length 1 together; see <see cref="TextSurface.ScaleOf"/>.</summary>
    private static string TextSurfaceScores(OnnxGraph graph, Weights weights, int labels)
    {
        var features = graph.Input(OnnxNames.Surface, OnnxType.Int64, "batch", "features");
        var sum = SurfaceScores(graph, weights, TextFeatures.Buckets, labels, features);
        var present = graph.Add("Less", [features, graph.Integer("buckets", TextFeatures.Buckets)]);
        var ones = graph.Add("Cast", [present], OnnxAttribute.Of("to", (long)OnnxType.Float32));
        var count = graph.Add("ReduceSum", [ones, graph.Integers("axis_1", 1)], OnnxAttribute.Of("keepdims", 1));
        return graph.Add("Div", [sum, graph.Add("Sqrt", [count])]);
    }

    private static void Score(OnnxGraph graph, string scores, params ReadOnlySpan<string> shape)
    {
        graph.Add("", "Identity", [scores], [OnnxNames.Scores]);
        graph.Output(OnnxNames.Scores, OnnxType.Float32, shape);
    }

    private static string Text(int size) => size.ToString(CultureInfo.InvariantCulture);
}
