using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>A linear-chain conditional random field over the labels of a sentence. Source: Lafferty, McCallum and Pereira 2001.</summary>
internal sealed class Crf(ParameterSet parameters, int labels)
{
    private readonly Parameter start = parameters.Add("crf.start_transitions", Initial.Zeros, labels);
    private readonly Parameter next = parameters.Add("crf.transitions", Initial.Zeros, labels, labels);
    private readonly Parameter end = parameters.Add("crf.end_transitions", Initial.Zeros, labels);

    /// <summary>The scores of label sequences as they are now.</summary>
    public TransitionScores Scores()
    {
        using var scope = NewDisposeScope();
        return new(Copy(start), Copy(next), Copy(end));
    }

    /// <summary>The negative log-likelihood of the gold labels, summed over the rows and divided by the number of words; a scalar.</summary>
    /// <param name="scores">The score of each label for each word, float32 [words, labels].</param>
    /// <param name="wordsPerRow">The words of each row.</param>
    /// <param name="gold">The gold label of each word, row after row.</param>
    public Tensor Loss(Tensor scores, IReadOnlyList<int> wordsPerRow, ReadOnlySpan<int> gold)
    {
        // The forward-backward algorithm gives the exact gradient for less than libtorch would take to build the graph of its loop; the
        // sum below has that value and that gradient.
        var chain = new ChainGradient(Copy(scores), Scores());
        chain.Add(wordsPerRow, gold);
        var linear = Dot(scores, chain.Emissions).Plus(Dot(start, chain.Start)).Plus(Dot(next, chain.Next)).Plus(Dot(end, chain.End));
        return (linear - linear.detach()).Plus(chain.Loss).Over(Math.Max(1, gold.Length));
    }

    private static Tensor Dot(Tensor parameter, double[] gradient)
    {
        using var factors = tensor(gradient, parameter.shape, dtype: parameter.dtype, device: parameter.device);
        return (parameter * factors).sum();
    }

    private static float[] Copy(Tensor values) => values.detach().cpu().contiguous().data<float>().ToArray();
}
