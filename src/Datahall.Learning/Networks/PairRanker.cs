using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Scores how well two texts fit, both read together: a cross-encoder. Source: Nogueira and Cho 2019.</summary>
internal sealed class PairRanker : EncoderModel
{
    private readonly PooledHead head;

    /// <summary>Makes the model with random weights. Its config has one label, as Transformers writes a regression.</summary>
    public PairRanker(ModelConfig config, Random random)
        : base(Named(config), random) => head = new(Parameters, config, 1);

    /// <summary>The score of each pair, higher for a better fit, float32 [batch].</summary>
    /// <param name="batch">Rows of begin, first text, end, second text, end.</param>
    /// <param name="mode">Evaluation or training.</param>
    public Tensor Forward(TokenBatch batch, ForwardMode mode) => head.Forward(Encoder.Forward(batch, mode), mode).squeeze(-1);

    /// <summary>The cross-entropy of the relevant pair within each group; a scalar. Source: Cao et al. 2007, ListNet, top one.</summary>
    /// <param name="scores">The scores of groups one after another, the relevant pair first in each, float32 [groups × size].</param>
    /// <param name="groupSize">The pairs of a group, at least 2.</param>
    public static Tensor Loss(Tensor scores, int groupSize)
    {
        if (groupSize < 2 || scores.shape[0] % groupSize != 0)
        {
            throw new LearningException($"{scores.shape[0]} pairs do not divide into groups of {groupSize}; a group is one relevant pair and others");
        }

        return -scores.view(-1, groupSize).log_softmax(-1).select(1, 0).mean();
    }

    private static ModelConfig Named(ModelConfig config) => config with
    {
        Architecture = HeadNames.Architecture(config.Layout, "ForSequenceClassification"),
        ProblemType = "regression",
        Labels = ["LABEL_0"],
    };
}
