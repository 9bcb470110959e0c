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
            scores = graph.Add("Add", [scores, SurfaceScores(graph, weights, SurfaceFeatures.Buckets, labels, features)]);
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
        scores = TextSurfaceLayer.IsIn(config) ? graph.Add("Add", [scores, TextSurfaceScores(graph, weights, config.Labels.Count)]) : scores;
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

    /// <summary>The sum of the rows of the features.</summary>
    private static string SurfaceScores(OnnxGraph graph, Weights weights, int buckets, int labels, string features) =>
        graph.Add("ReduceSum", [SurfaceRows(graph, weights, buckets, labels, features), graph.Integers("axis_1", 1)], OnnxAttribute.Of("keepdims", 0));

    /// <summary>The rows of the features, of which each kind has a vector of length 1; see <see cref="TextSurfaceLayer"/>.</summary>
    private static string TextSurfaceScores(OnnxGraph graph, Weights weights, int labels)
    {
        var (kinds, axis) = (TextFeatures.Kinds, graph.Integers("axis_1", 1));
        var frequencies = weights.Values("surface.idf", TextFeatures.Buckets);
        var table = new float[(TextFeatures.Buckets + 1) * kinds];
        for (var feature = 0; feature < frequencies.Length; feature++)
        {
            table[(feature * kinds) + TextFeatures.KindOf(feature)] = frequencies[feature];
        }

        var features = graph.Input(OnnxNames.Surface, OnnxType.Int64, "batch", "features");
        var counts = graph.Add("Gather", [graph.Constant("surface.idf", [TextFeatures.Buckets + 1, kinds], table), features]);
        var squares = graph.Add("ReduceSum", [graph.Add("Mul", [counts, counts]), axis], OnnxAttribute.Of("keepdims", 1));
        var lengths = graph.Add("Sqrt", [graph.Add("Max", [squares, graph.Constant("least_square", [], [1e-24f])])]); // A text may have none of a kind.
        var weight = graph.Add("ReduceSum", [graph.Add("Div", [counts, lengths]), graph.Integers("axis_2", 2)], OnnxAttribute.Of("keepdims", 1));
        var rows = SurfaceRows(graph, weights, TextFeatures.Buckets, labels, features);
        return graph.Add("ReduceSum", [graph.Add("Mul", [rows, weight]), axis], OnnxAttribute.Of("keepdims", 0));
    }

    /// <summary>A row for each feature; the one behind the last is of the number that fills up shorter lists, and zero.</summary>
    private static string SurfaceRows(OnnxGraph graph, Weights weights, int buckets, int labels, string features)
    {
        var values = weights.Values(SurfaceLayer.WeightsName, buckets, labels);
        return graph.Add("Gather", [graph.Constant(SurfaceLayer.WeightsName, [buckets + 1, labels], [.. values, .. new float[labels]]), features]);
    }

    private static void Score(OnnxGraph graph, string scores, params ReadOnlySpan<string> shape)
    {
        graph.Add("", "Identity", [scores], [OnnxNames.Scores]);
        graph.Output(OnnxNames.Scores, OnnxType.Float32, shape);
    }

    private static string Text(int size) => size.ToString(CultureInfo.InvariantCulture);
}
