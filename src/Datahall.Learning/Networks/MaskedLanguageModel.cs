using Datahall.Learning.Files;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Guesses hidden pieces; its decoder shares the word embeddings. Source: Devlin et al. 2018, section 3.1.</summary>
internal sealed class MaskedLanguageModel : EncoderModel
{
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Parameter bias;
    private readonly Func<Tensor, Tensor> activation;

    /// <summary>Makes the model with random weights.</summary>
    public MaskedLanguageModel(ModelConfig config, Random random)
        : base(config with { Architecture = HeadNames.Architecture(config.Layout, "ForMaskedLM"), Labels = [] }, random)
    {
        var (dense, normalisation, output) = config.Layout switch
        {
            EncoderLayout.Roberta => ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias"),
            EncoderLayout.DistilBert => ("vocab_transform", "vocab_layer_norm", "vocab_projector.bias"),
            _ => ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias"),
        };
        activation = Activations.Find(config.Layout == EncoderLayout.Roberta ? "gelu" : config.Activation);
        transform = new(Parameters, [dense], config.HiddenSize, config.HiddenSize);
        norm = new(Parameters, normalisation, config.HiddenSize, config.LayerNormEpsilon);
        bias = Parameters.Add(output, Initial.Zeros, config.VocabularySize);
    }

    /// <summary>The score of each piece of the vocabulary at the hidden positions alone, [positions, vocabulary].</summary>
    /// <param name="batch">Rows in which some pieces are hidden.</param>
    /// <param name="positions">Indexes into the pieces [batch × length] laid in one row, int64 [positions].</param>
    /// <param name="mode">Evaluation or training.</param>
    public Tensor Forward(TokenBatch batch, Tensor positions, ForwardMode mode)
    {
        var hidden = Encoder.Forward(batch, mode).reshape(-1, Config.HiddenSize).index_select(0, positions);
        var transformed = norm.Forward(activation(transform.Forward(hidden, mode)).to(ScalarType.Float32));
        var input = mode.Precision == Precision.BFloat16 ? transformed.to(ScalarType.BFloat16) : transformed;
        return Linear.Product(input, Encoder.WordEmbeddings, bias, mode);
    }
}
