using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>The names that Transformers gives to the parts of an encoder.</summary>
internal sealed record LayoutNames(
    string Prefix,
    string Layers,
    string[] QueryKeyValue,
    string AttentionOutput,
    string AttentionNorm,
    string FeedForwardIn,
    string FeedForwardOut,
    string FeedForwardNorm)
{
    private static readonly LayoutNames bert = new(
        "bert.", "encoder.layer", ["attention.self.query", "attention.self.key", "attention.self.value"], "attention.output.dense",
        "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm");

    private static readonly LayoutNames distilBert = new(
        "distilbert.", "transformer.layer", ["attention.q_lin", "attention.k_lin", "attention.v_lin"], "attention.out_lin",
        "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm");

    /// <summary>The names of a layout; <see cref="Prefix"/> is what a model with a head puts before the encoder's names.</summary>
    public static LayoutNames Of(EncoderLayout layout) => layout switch
    {
        EncoderLayout.Roberta => bert with { Prefix = "roberta." },
        EncoderLayout.DistilBert => distilBert,
        _ => bert,
    };
}
