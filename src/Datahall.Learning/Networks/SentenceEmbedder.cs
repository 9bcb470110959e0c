using Datahall.Learning.Files;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Maps a sentence to a vector: the mean of its pieces' hidden states, of length 1. Source: Reimers and Gurevych 2019, section 3.</summary>
internal sealed class SentenceEmbedder(ModelConfig config, Random random)
    : EncoderModel(config with { Architecture = HeadNames.Architecture(config.Layout, "Model") }, random)
{
    /// <summary>The vectors of a batch, float32 [batch, hidden], each of length 1.</summary>
    public Tensor Forward(TokenBatch batch, ForwardMode mode)
    {
        var mask = batch.PieceMask().unsqueeze(-1);
        var mean = (Encoder.Forward(batch, mode) * mask).sum(1) / mask.sum(1);
        return nn.functional.normalize(mean, 2, -1);
    }

    /// <summary>The cross-entropy of each sentence's partner among all partners of the batch, both ways; a scalar.</summary>
    /// <param name="first">Vectors of length 1, float32 [pairs, hidden].</param>
    /// <param name="second">The vectors of their partners, in the same order.</param>
    /// <param name="temperature">What cosines are divided by; 0.05 in the source.</param>
    /// <remarks>Sources: Henderson et al. 2017, section 4.4 (in-batch negatives); Gao et al. 2021, SimCSE, equation 1.</remarks>
    public static Tensor ContrastiveLoss(Tensor first, Tensor second, double temperature = 0.05)
    {
        var similarities = first.matmul(second.t()).Over(temperature);
        var partners = tensor([.. Enumerable.Range(0, (int)first.shape[0]).Select(static row => (long)row)], device: first.device);
        return nn.functional.cross_entropy(similarities, partners).Plus(nn.functional.cross_entropy(similarities.t(), partners)).Over(2);
    }
}
