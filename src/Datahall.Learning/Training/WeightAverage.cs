using Datahall.Learning.Networks;
using static TorchSharp.torch;

namespace Datahall.Learning.Training;

/// <summary>A running mean of the weights, which is mostly a better model than where the last steps have led.</summary>
/// <remarks>
/// Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992, as an exponential mean; the first steps count less, as
/// TensorFlow's <c>ExponentialMovingAverage</c> does it: the decay after n steps is min(decay, (1 + n) / (10 + n)).
/// </remarks>
/// <param name="parameters">Those that are trained; the mean begins with them as they are.</param>
/// <param name="decay">How much of the mean stays at each step, below 1.</param>
internal sealed class WeightAverage(IEnumerable<ModelParameter> parameters, double decay) : IDisposable
{
    private readonly List<(string Name, Tensor Weights, Tensor Mean)> pairs =
        [.. parameters.Select(static parameter => (parameter.Name, (Tensor)parameter.Value, parameter.Value.detach().clone().DetachFromDisposeScope()))];

    /// <summary>The means, by the names of their parameters.</summary>
    public IEnumerable<(string Name, Tensor Mean)> State => pairs.Select(static pair => (pair.Name, pair.Mean));

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="steps">How many steps were made.</param>
    public void Follow(long steps)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var kept = Math.Min(decay, (1.0 + steps) / (10 + steps));
        foreach (var (_, weights, mean) in pairs)
        {
            mean.lerp_(weights, 1 - kept);
        }
    }

    /// <summary>Puts the means in the place of the weights until the result is disposed.</summary>
    public IDisposable Show()
    {
        Swap();
        return new Shown(this);
    }

    /// <inheritdoc/>
    public void Dispose() => pairs.ForEach(static pair => pair.Mean.Dispose());

    private void Swap()
    {
        using var quiet = no_grad();
        foreach (var (_, weights, mean) in pairs)
        {
            using var scope = NewDisposeScope();
            var copy = weights.clone();
            weights.copy_(mean);
            mean.copy_(copy);
        }
    }

    private sealed class Shown(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Swap();
    }
}
