using Datahall.Learning.Files;
using Datahall.Learning.Surface;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

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
        : base(Named(config), random)
    {
        head = new(Parameters, config, config.Labels.Count);
        Surface = TextSurfaceLayer.IsIn(config) ? new(Parameters, config.Labels.Count) : null;
    }

    /// <summary>The layer that sees the texts' surface; null when the config says there is none.</summary>
    public TextSurfaceLayer? Surface { get; }

    /// <summary>Whether a text may have any number of labels.</summary>
    public bool IsMultiLabel => Config.ProblemType == MultiLabel;

    /// <summary>The scores of a model that does not see the texts' surface.</summary>
    public Tensor Forward(TokenBatch batch, ForwardMode mode) => Forward(batch, null, mode);

    /// <summary>The score of each label before softmax or sigmoid, float32 [batch, labels].</summary>
    /// <param name="batch">The texts.</param>
    /// <param name="surface">The features of each text; null for models that see none.</param>
    /// <param name="mode">Evaluation or training.</param>
    public Tensor Forward(TokenBatch batch, IReadOnlyList<int[]>? surface, ForwardMode mode)
    {
        var scores = head.Forward(Encoder.Forward(batch, mode), mode);
        return Surface is null ? scores : scores.Plus(Surface.Forward(surface ?? throw new LearningException("the model sees the texts' surface and the texts came without it"), mode));
    }

    /// <summary>The probability of each label, float32 [batch, labels]: over all labels, or of each on its own.</summary>
    public Tensor Probabilities(Tensor scores) => IsMultiLabel ? scores.sigmoid() : scores.softmax(-1);

    private static ModelConfig Named(ModelConfig config) => config with
    {
        Architecture = HeadNames.Architecture(config.Layout, "ForSequenceClassification"),
        ProblemType = config.ProblemType ?? SingleLabel,
    };
}
