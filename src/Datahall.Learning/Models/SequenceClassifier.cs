using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Models;

/// <summary>Labels whole texts, with one label each or several: Transformers' <c>XForSequenceClassification</c>.</summary>
internal sealed class SequenceClassifier : EncoderModel
{
    /// <summary>Transformers' <c>problem_type</c> for one label a text.</summary>
    public const string SingleLabel = "single_label_classification";

    /// <summary>Transformers' <c>problem_type</c> for any number of labels a text.</summary>
    public const string MultiLabel = "multi_label_classification";

    private readonly PooledHead head;

    /// <summary>Makes the model with random weights; <see cref="ModelConfig.Labels"/> are its classes.</summary>
    public SequenceClassifier(ModelConfig config, Random random)
        : base(Named(config), random) => head = new(Parameters, config, config.Labels.Count);

    /// <summary>Whether a text may have any number of labels.</summary>
    public bool IsMultiLabel => Config.ProblemType == MultiLabel;

    /// <summary>The score of each label before softmax or sigmoid, float32 [batch, labels].</summary>
    public Tensor Forward(TokenBatch batch, ForwardMode mode) => head.Forward(Encoder.Forward(batch, mode), mode);

    /// <summary>The probability of each label, float32 [batch, labels]: over all labels, or of each on its own.</summary>
    public Tensor Probabilities(Tensor scores) => IsMultiLabel ? scores.sigmoid() : scores.softmax(-1);

    private static ModelConfig Named(ModelConfig config) => config with
    {
        Architecture = HeadNames.Architecture(config.Layout, "ForSequenceClassification"),
        ProblemType = config.ProblemType ?? SingleLabel,
    };
}
