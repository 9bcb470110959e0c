using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Files;

/// <summary>The JSON form of <see cref="ModelConfig"/>, with the key names of each layout.</summary>
internal static class ModelConfigJson
{
    public const string FileName = "config.json";
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static ModelConfig Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new LearningException($"{path} is not there; a model's folder has config.json beside its weights");
        }

        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("not an object");
            var config = Parse(new Keys(json, path));
            config.Check(path);
            return config;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new LearningException($"{path} is no config of a model: {e.Message}", e);
        }
    }

    public static string Write(ModelConfig config)
    {
        var json = new JsonObject
        {
            ["architectures"] = config.Architecture is { } architecture ? new JsonArray(architecture) : null,
            ["model_type"] = LayoutNames[(int)config.Layout],
        };
        foreach (var (key, value) in Sizes(config).Concat(Labels(config)).Concat(PerLayer(config)))
        {
            json[key] = value;
        }

        foreach (var (key, value) in config.Extra)
        {
            json[key] ??= value?.DeepClone();
        }

        foreach (var key in json.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            json.Remove(key);
        }

        return json.ToJsonString(indented) + "\n";
    }

    private static readonly string[] LayoutNames = ["bert", "roberta", "distilbert"];

    private static ModelConfig Parse(Keys keys)
    {
        var family = keys.Text("model_type") ?? "bert";
        var layout = (EncoderLayout)Array.IndexOf(LayoutNames, family);
        if (layout < 0)
        {
            throw new LearningException($"{keys.Path} says model_type {family}; {string.Join(", ", LayoutNames)} are known here");
        }

        return layout == EncoderLayout.DistilBert ? DistilBert(keys) : Bert(keys, layout);
    }

    private static ModelConfig Bert(Keys keys, EncoderLayout layout) => Common(keys, new()
    {
        Layout = layout,
        VocabularySize = keys.Required("vocab_size"),
        HiddenSize = keys.Int32("hidden_size", 768),
        Layers = keys.Int32("num_hidden_layers", 12),
        Heads = keys.Int32("num_attention_heads", 12),
        FeedForwardSize = keys.Int32("intermediate_size", 3072),
        Activation = keys.Text("hidden_act") ?? "gelu",
        Dropout = keys.Number("hidden_dropout_prob", 0.1),
        AttentionDropout = keys.Number("attention_probs_dropout_prob", 0.1),
        ClassifierDropout = keys.Number("classifier_dropout"),
        TokenTypes = keys.Int32("type_vocab_size", 2),
        LayerNormEpsilon = keys.Number("layer_norm_eps", 1e-12),
        PadId = keys.Int32("pad_token_id", layout == EncoderLayout.Roberta ? 1 : 0),
    });

    private static ModelConfig DistilBert(Keys keys) => Common(keys, new()
    {
        Layout = EncoderLayout.DistilBert,
        VocabularySize = keys.Required("vocab_size"),
        HiddenSize = keys.Int32("dim", 768),
        Layers = keys.Int32("n_layers", 6),
        Heads = keys.Int32("n_heads", 12),
        FeedForwardSize = keys.Int32("hidden_dim", 3072),
        Activation = keys.Text("activation") ?? "gelu",
        Dropout = keys.Number("dropout", 0.1),
        AttentionDropout = keys.Number("attention_dropout", 0.1),
        ClassifierDropout = keys.Number("seq_classif_dropout"),
        TokenTypes = 0,
        LayerNormEpsilon = 1e-12,
        PadId = keys.Int32("pad_token_id", 0),
    });

    private static ModelConfig Common(Keys keys, ModelConfig config) => config with
    {
        HeadsPerLayer = keys.Int32s("num_attention_heads_per_layer"),
        FeedForwardPerLayer = keys.Int32s("intermediate_size_per_layer"),
        MaxPositions = keys.Int32("max_position_embeddings", 512),
        InitializerRange = keys.Number("initializer_range", 0.02),
        Labels = keys.Labels(),
        ProblemType = keys.Text("problem_type"),
        Architecture = keys.FirstText("architectures"),
        Extra = keys.Rest(),
    };

    private static IEnumerable<(string Key, JsonNode? Value)> Sizes(ModelConfig config)
    {
        var distil = config.Layout == EncoderLayout.DistilBert;
        yield return ("vocab_size", config.VocabularySize);
        yield return (distil ? "dim" : "hidden_size", config.HiddenSize);
        yield return (distil ? "n_layers" : "num_hidden_layers", config.Layers);
        yield return (distil ? "n_heads" : "num_attention_heads", config.Heads);
        yield return (distil ? "hidden_dim" : "intermediate_size", config.FeedForwardSize);
        yield return (distil ? "activation" : "hidden_act", config.Activation);
        yield return (distil ? "dropout" : "hidden_dropout_prob", config.Dropout);
        yield return (distil ? "attention_dropout" : "attention_probs_dropout_prob", config.AttentionDropout);
        yield return (distil ? "seq_classif_dropout" : "classifier_dropout", config.ClassifierDropout);
        yield return ("max_position_embeddings", config.MaxPositions);
        yield return ("type_vocab_size", distil ? null : config.TokenTypes);
        yield return ("layer_norm_eps", distil ? null : config.LayerNormEpsilon);
        yield return ("initializer_range", config.InitializerRange);
        yield return ("pad_token_id", config.PadId);
        yield return ("problem_type", config.ProblemType);
    }

    private static IEnumerable<(string Key, JsonNode? Value)> Labels(ModelConfig config)
    {
        if (config.Labels.Count > 0)
        {
            yield return ("id2label", new JsonObject(config.Labels.Select((label, id) =>
                KeyValuePair.Create(id.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(label)))));
            yield return ("label2id", new JsonObject(config.Labels.Select((label, id) =>
                KeyValuePair.Create(label, (JsonNode?)JsonValue.Create(id)))));
        }
    }

    private static IEnumerable<(string Key, JsonNode? Value)> PerLayer(ModelConfig config)
    {
        yield return ("num_attention_heads_per_layer", Array(config.HeadsPerLayer));
        yield return ("intermediate_size_per_layer", Array(config.FeedForwardPerLayer));

        static JsonArray? Array(IReadOnlyList<int>? values) => values is null ? null : [.. values.Select(value => (JsonNode)value)];
    }

    /// <summary>The keys of one file; remembers which were read.</summary>
    private sealed class Keys(JsonObject json, string path)
    {
        private readonly HashSet<string> read = ["label2id"];

        public string Path { get; } = path;

        public int Required(string key) => Value(key)?.GetValue<int>() ?? throw new LearningException($"{Path} has no {key}");

        public int Int32(string key, int otherwise) => Value(key)?.GetValue<int>() ?? otherwise;

        public double? Number(string key) => Value(key)?.GetValue<double>();

        public double Number(string key, double otherwise) => Number(key) ?? otherwise;

        public string? Text(string key) => Value(key)?.GetValue<string>();

        public string? FirstText(string key) => Value(key)?.AsArray().FirstOrDefault()?.GetValue<string>();

        public int[]? Int32s(string key) => Value(key)?.AsArray().Select(item => item!.GetValue<int>()).ToArray();

        /// <summary>The labels in the order of their ids, which must be 0, 1, 2 and so on.</summary>
        public string[] Labels()
        {
            var labels = Value("id2label")?.AsObject() ?? [];
            var ordered = labels
                .Select(pair => (Id: int.Parse(pair.Key, CultureInfo.InvariantCulture), Label: pair.Value!.GetValue<string>()))
                .OrderBy(pair => pair.Id)
                .ToArray();
            var gap = ordered.Index().FirstOrDefault(pair => pair.Item.Id != pair.Index, (-1, default)).Index;
            return gap < 0
                ? [.. ordered.Select(pair => pair.Label)]
                : throw new LearningException($"{Path}: id2label has {ordered.Length} labels but no label {gap}");
        }

        public JsonObject Rest() =>
            new(json.Where(pair => !read.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

        private JsonNode? Value(string key)
        {
            read.Add(key);
            return json[key];
        }
    }
}
