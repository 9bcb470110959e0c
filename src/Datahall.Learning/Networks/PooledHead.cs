using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>A linear map, an activation and a linear map over the first piece of each row, under each layout's names.</summary>
internal sealed class PooledHead
{
    private readonly double dropout;
    private readonly bool dropsFirst;
    private readonly Func<Tensor, Tensor> activation;
    private readonly Linear dense;
    private readonly Linear output;

    public PooledHead(ParameterSet parameters, ModelConfig config, int outputs)
    {
        dropout = config.ClassifierDropout ?? config.Dropout;
        dropsFirst = config.Layout == EncoderLayout.Roberta;
        activation = Activations.Find(config.Layout == EncoderLayout.DistilBert ? "relu" : "tanh");
        var (first, last) = config.Layout switch
        {
            EncoderLayout.Roberta => ("classifier.dense", "classifier.out_proj"),
            EncoderLayout.DistilBert => ("pre_classifier", "classifier"),
            _ => ("bert.pooler.dense", "classifier"),
        };
        dense = new(parameters, [first], config.HiddenSize, config.HiddenSize);
        output = new(parameters, [last], config.HiddenSize, outputs);
    }

    /// <summary>The outputs of each row, float32 [batch, outputs].</summary>
    /// <param name="hidden">The last hidden state, [batch, length, hidden].</param>
    /// <param name="mode">Evaluation or training; the head is always float32.</param>
    public Tensor Forward(Tensor hidden, ForwardMode mode)
    {
        var precise = mode with { Precision = Precision.Float32 };
        var first = hidden.select(1, 0);
        var pooled = activation(dense.Forward(dropsFirst ? Drop(first) : first, precise));
        return output.Forward(Drop(pooled), precise);

        Tensor Drop(Tensor input) => mode.Dropout?.Apply(input, dropout) ?? input;
    }
}
