using System.Text.Json.Nodes;

namespace Datahall.Learning.Files;

/// <summary>The shape of an encoder and the labels of its head: a Hugging Face <c>config.json</c>.</summary>
/// <remarks>Source of names and defaults: Transformers, BertConfig, RobertaConfig and DistilBertConfig.</remarks>
internal sealed record ModelConfig
{
    /// <summary>Which layout the tensors have.</summary>
    public EncoderLayout Layout { get; init; } = EncoderLayout.Bert;

    /// <summary>The number of pieces in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The width of a token's vector.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>The number of layers.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The number of attention heads of a layer; divides <see cref="HiddenSize"/>.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>The width between the two feed-forward matrices.</summary>
    public int FeedForwardSize { get; init; } = 3072;

    /// <summary>Heads left in each layer after structured pruning; null when no layer lost any.</summary>
    public IReadOnlyList<int>? HeadsPerLayer { get; init; }

    /// <summary>Feed-forward neurons left in each layer after structured pruning; null when no layer lost any.</summary>
    public IReadOnlyList<int>? FeedForwardPerLayer { get; init; }

    /// <summary>The activation between the feed-forward matrices: <c>gelu</c>, <c>gelu_new</c>, <c>gelu_pytorch_tanh</c> or <c>relu</c>.</summary>
    public string Activation { get; init; } = "gelu";

    /// <summary>Dropout of hidden states, 0 to 1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of attention probabilities, 0 to 1.</summary>
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout before the classifier, 0 to 1; null for <see cref="Dropout"/>.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>The longest input in pieces, special tokens included; RoBERTa keeps its first positions unused.</summary>
    public int MaxPositions { get; init; } = 512;

    /// <summary>The number of token types (segments); 0 when the layout has none.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>What layer normalisation adds to the variance.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-12;

    /// <summary>The standard deviation of initial weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>The id of the padding piece.</summary>
    public int PadId { get; init; }

    /// <summary>The head's labels by their index; empty for an encoder alone.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Transformers' <c>problem_type</c>, such as <c>multi_label_classification</c>; null when not said.</summary>
    public string? ProblemType { get; init; }

    /// <summary>The class that wrote the model, such as <c>BertForTokenClassification</c>; null when not said.</summary>
    public string? Architecture { get; init; }

    /// <summary>Keys that are not read here; they are written back as they were.</summary>
    public JsonObject Extra { get; init; } = [];

    /// <summary>The width of one head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>The longest input in pieces that the position table serves.</summary>
    public int MaxLength => Layout == EncoderLayout.Roberta ? MaxPositions - PadId - 1 : MaxPositions;

    /// <summary>Whether the second text of a pair is told by the type of its pieces.</summary>
    public bool TellsTextsByType => Layout == EncoderLayout.Bert && TokenTypes > 1;

    /// <summary>How many pieces of an end stand between the texts of a pair: RoBERTa parts them by two.</summary>
    public int EndsBetweenTexts => Layout == EncoderLayout.Roberta ? 2 : 1;

    /// <summary>The heads of a layer.</summary>
    /// <param name="layer">Its index, from 0.</param>
    public int HeadsOf(int layer) => HeadsPerLayer?[layer] ?? Heads;

    /// <summary>The feed-forward width of a layer.</summary>
    /// <param name="layer">Its index, from 0.</param>
    public int FeedForwardOf(int layer) => FeedForwardPerLayer?[layer] ?? FeedForwardSize;

    /// <summary>Reads <c>config.json</c> of a folder.</summary>
    /// <param name="folder">The folder of a model.</param>
    /// <exception cref="LearningException">It is not there, no JSON, of another family, or contradicts itself.</exception>
    public static ModelConfig Load(string folder) => ModelConfigJson.Read(Path.Combine(folder, ModelConfigJson.FileName));

    /// <summary>Writes <c>config.json</c> into a folder, whole or not at all.</summary>
    /// <param name="folder">The folder of a model; it is there.</param>
    public void Save(string folder) => AtomicFile.WriteText(Path.Combine(folder, ModelConfigJson.FileName), ModelConfigJson.Write(this));

    /// <summary>Refuses sizes that no model can have.</summary>
    /// <param name="where">What the message names as the source.</param>
    /// <exception cref="LearningException">A size contradicts another; the message names both.</exception>
    public void Check(string where)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, int)>)
                 [
                     ("vocabulary size", VocabularySize), ("hidden size", HiddenSize), ("number of layers", Layers),
                     ("number of heads", Heads), ("feed-forward size", FeedForwardSize), ("longest input", MaxLength),
                 ])
        {
            if (value <= 0)
            {
                throw new LearningException($"{where}: the {name} is {value}; it must be at least 1");
            }
        }

        if (HiddenSize % Heads != 0)
        {
            throw new LearningException($"{where}: a hidden size of {HiddenSize} does not divide into {Heads} heads");
        }

        if ((HeadsPerLayer?.Count ?? Layers) != Layers || (FeedForwardPerLayer?.Count ?? Layers) != Layers)
        {
            throw new LearningException($"{where}: the sizes per layer must be given for each of the {Layers} layers");
        }
    }
}
