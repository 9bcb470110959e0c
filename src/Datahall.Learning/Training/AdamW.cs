using Datahall.Learning.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Training;

/// <summary>Adam with decoupled weight decay, its moments by the names of the parameters.</summary>
/// <remarks>
/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2. Rows of features (<see cref="ModelParameter.IsOfFeatures"/>) have one
/// second moment together (Zhang et al., "Adam-mini", 2024), the mean square of their lengths: one each would move rare features as far as common ones. A state that is saved and loaded goes on to the bit.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly List<Slot> slots = [];

    /// <summary>Begins with moments of zero.</summary>
    /// <param name="parameters">Those that are trained, by name.</param>
    /// <param name="rateOf">The share of the rate that a parameter gets.</param>
    /// <param name="decay">Weight decay of matrices; vectors (biases, norms) have none.</param>
    /// <param name="keepsZeros">Whether what is 0 in matrices now stays 0.</param>
    public AdamW(IEnumerable<ModelParameter> parameters, Func<string, double> rateOf, double decay, bool keepsZeros)
    {
        foreach (var parameter in parameters)
        {
            var (name, value, _) = parameter;
            var second = parameter.IsOfFeatures ? zeros([]) : zeros_like(value);
            slots.Add(new(name, value, zeros_like(value).DetachFromDisposeScope(), second.DetachFromDisposeScope(), rateOf(name), value.dim() > 1 ? decay : 0, keepsZeros && value.dim() > 1 ? value.detach().not_equal(0).to(ScalarType.Float32).DetachFromDisposeScope() : null));
        }
    }

    /// <summary>How many steps were made.</summary>
    public long Steps { get; private set; }

    /// <summary>The moments, by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State =>
        slots.SelectMany(static slot => new[] { ($"{slot.Name}.first", slot.First), ($"{slot.Name}.second", slot.Second) });

    /// <summary>Makes a step with the gradients that are there.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        Steps++;
        using var quiet = no_grad();
        var correction = 1 - Math.Pow(Beta1, Steps);
        using Scalar share2 = (1 - Beta2).ToScalar(), kept2 = Beta2.ToScalar(), correction2 = Math.Sqrt(1 - Math.Pow(Beta2, Steps)).ToScalar(), least = Epsilon.ToScalar();
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Parameter.grad is not { } gradient)
            {
                continue;
            }

            var own = rate * slot.Rate;
            using Scalar left = (1 - (own * slot.Decay)).ToScalar(), step = (-own / correction).ToScalar();
            if (slot.Decay > 0)
            {
                slot.Parameter.mul_(left);
            }

            slot.First.lerp_(gradient, 1 - Beta1);
            slot.Second.mul_(kept2);
            if (slot.Parameter.dim() > slot.Second.dim())
            {
                slot.Second.add_((gradient * gradient).sum(-1).mean(), share2);
            }
            else
            {
                slot.Second.addcmul_(gradient, gradient, share2);
            }

            slot.Parameter.addcdiv_(slot.First, slot.Second.sqrt().div_(correction2).add_(least, TensorArithmetic.One), step);
            if (slot.Kept is { } kept)
            {
                slot.Parameter.mul_(kept);
            }
        }
    }

    /// <summary>Forgets the gradients.</summary>
    public void Clear()
    {
        using var scope = NewDisposeScope();
        foreach (var slot in slots)
        {
            slot.Parameter.grad?.zero_();
        }
    }

    /// <summary>Makes the gradients no longer than that, as one vector.</summary>
    /// <returns>How long they were.</returns>
    public double Clip(double most)
    {
        using var scope = NewDisposeScope();
        var gradients = slots.Select(static slot => slot.Parameter.grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0)
        {
            return 0;
        }

        var norm = stack(gradients.Select(static gradient => gradient.norm())).norm().item<float>();
        if (most > 0 && norm > most)
        {
            using var shrink = (most / norm).ToScalar();
            foreach (var gradient in gradients)
            {
                gradient.mul_(shrink);
            }
        }

        return norm;
    }

    /// <summary>Takes up a state that was saved.</summary>
    /// <exception cref="LearningException">It is not of these parameters.</exception>
    public void Load(long steps, IReadOnlyDictionary<string, Tensor> state)
    {
        using var quiet = no_grad();
        foreach (var (name, tensor) in State)
        {
            if (!state.TryGetValue(name, out var saved) || !saved.shape.AsSpan().SequenceEqual(tensor.shape))
            {
                throw new LearningException($"the optimiser's state has no '{name}' of shape [{string.Join(", ", tensor.shape)}]: the checkpoint is of another model; train into another output folder, or remove this one");
            }

            tensor.copy_(saved);
        }

        Steps = steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
            slot.Kept?.Dispose();
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, Tensor First, Tensor Second, double Rate, double Decay, Tensor? Kept);
}
