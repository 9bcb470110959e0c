using Datahall.Learning.Files;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>The sum of word, position and type embeddings, normalised.</summary>
internal sealed class Embeddings(ParameterSet parameters, ModelConfig config)
{
    /// <summary>The word embeddings, float32 [vocabulary, hidden]; a masked language model's decoder shares them.</summary>
    public Parameter Words { get; } =
        parameters.Add("embeddings.word_embeddings.weight", Initial.Normal, config.VocabularySize, config.HiddenSize);

    private readonly Parameter positions =
        parameters.Add("embeddings.position_embeddings.weight", Initial.Normal, config.MaxPositions, config.HiddenSize);

    private readonly Parameter? types = config.TokenTypes == 0 || config.Layout == EncoderLayout.DistilBert
        ? null
        : parameters.Add("embeddings.token_type_embeddings.weight", Initial.Normal, config.TokenTypes, config.HiddenSize);

    private readonly LayerNorm norm = new(parameters, "embeddings.LayerNorm", config.HiddenSize, config.LayerNormEpsilon);

    /// <summary>The vectors of a batch, float32 [batch, length, hidden].</summary>
    /// <exception cref="LearningException">A row is longer than the position table.</exception>
    public Tensor Forward(TokenBatch batch, ForwardMode mode)
    {
        if (batch.Length > config.MaxLength)
        {
            throw new LearningException(
                $"a sentence has {batch.Length} pieces with its special tokens, the model has {config.MaxLength} positions; "
                + "split or truncate it, or train a model with more positions");
        }

        // RoBERTa counts positions from the padding id + 1. Padding has no position of its own: nothing attends to it.
        var first = config.Layout == EncoderLayout.Roberta ? config.PadId + 1 : 0;
        var fixedPart = positions.narrow(0, first, batch.Length);
        if (types is not null && batch.Types is null)
        {
            fixedPart = fixedPart.Plus(types[0]);
        }

        var sum = Rows(Words, batch.Ids).Plus(fixedPart);
        if (types is not null && batch.Types is not null)
        {
            sum = sum.Plus(Rows(types, batch.Types));
        }

        var output = norm.Forward(sum);
        return mode.Dropout?.Apply(output, config.Dropout) ?? output;
    }

    private static Tensor Rows(Tensor table, Tensor ids) => table.index_select(0, ids.view(-1)).view(ids.shape[0], ids.shape[1], table.shape[1]);
}
