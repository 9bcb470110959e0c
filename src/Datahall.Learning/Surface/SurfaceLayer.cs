using Datahall.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Surface;

/// <summary>Scores labels by the surface of words or texts: a linear layer over hashed features, with a CRF behind it the classic model of Finkel et al. 2005.</summary>
/// <param name="weights">A row for each feature, a column for each label.</param>
internal sealed class SurfaceLayer(Parameter weights)
{
    /// <summary>The name its weights have in a model.</summary>
    public const string WeightsName = "surface.weight";

    private const double FeatureDropout = 0.1;

    /// <summary>The features of words, or texts, as tensors.</summary>
    public static SurfaceBatch Encode(IEnumerable<int[]> words)
    {
        var (all, owners, count) = (new List<long>(), new List<long>(), 0);
        foreach (var features in words)
        {
            all.AddRange(features.Select(static feature => (long)feature));
            owners.AddRange(Enumerable.Repeat((long)count++, features.Length));
        }

        using var scope = NewDisposeScope();
        return new(tensor(all.ToArray()).DetachFromDisposeScope(), tensor(owners.ToArray()).DetachFromDisposeScope(), count);
    }

    /// <summary>The sum of the features' scores of each label for each word, float32 [words, labels].</summary>
    /// <param name="batch">The features.</param>
    /// <param name="mode">Evaluation or training.</param>
    /// <param name="counts">What each feature counts, float32 [features, 1]; null: 1.</param>
    public Tensor Forward(SurfaceBatch batch, ForwardMode mode, Tensor? counts = null)
    {
        var scores = weights.index_select(0, batch.Features);
        scores = counts is null ? scores : scores * counts;
        if (mode.Dropout is { } dropout)
        {
            scores = scores * dropout.Draw([batch.Features.shape[0], 1], FeatureDropout);
        }

        return zeros(batch.Words, weights.shape[1]).index_add(0, batch.Owners, scores, TensorArithmetic.One);
    }
}

/// <summary>The features of words, one list after another.</summary>
/// <param name="Features">int64 [features].</param>
/// <param name="Owners">The word of each, int64 [features].</param>
/// <param name="Words">How many words there are.</param>
internal sealed record SurfaceBatch(Tensor Features, Tensor Owners, int Words) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Features.Dispose();
        Owners.Dispose();
    }
}
