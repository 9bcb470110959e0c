using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>The parameters of a model, in the order in which its parts were made.</summary>
internal sealed class ParameterSet(Random random, double initializerRange = 0.02) : IDisposable
{
    private readonly List<ModelParameter> items = [];
    private readonly Generator generator = new Generator(0, CPU).manual_seed(random.NextInt64());

    /// <summary>All of them.</summary>
    public IReadOnlyList<ModelParameter> Items => items;

    /// <summary>The number of numbers in all of them.</summary>
    public long Count => items.Sum(item => item.Value.numel());

    /// <summary>Adds one that is stored under one name.</summary>
    public Parameter Add(string name, Initial initial, params ReadOnlySpan<long> shape) => Add(name, [name], initial, shape);

    /// <summary>Adds one that is stored as equal parts along its first dimension.</summary>
    public Parameter Add(string name, IReadOnlyList<string> storedNames, Initial initial, params ReadOnlySpan<long> shape)
    {
        var value = Value(initial, shape);
        items.Add(new(name, value, storedNames));
        return value;
    }

    /// <summary>Adds one that has a row for each of many features, zero at first; see <see cref="ModelParameter.IsOfFeatures"/>.</summary>
    public Parameter AddFeatures(string name, long features, long columns)
    {
        var value = Value(Initial.Zeros, [features, columns]);
        items.Add(new(name, value, [name]) { IsOfFeatures = true });
        return value;
    }

    /// <summary>Freezes what a pattern fits and leaves the rest as it is; <c>*</c> stands for any characters.</summary>
    /// <returns>How many parameters are frozen by it.</returns>
    /// <exception cref="LearningException">The pattern fits none, or only a part of a fused one.</exception>
    public int Freeze(string pattern)
    {
        var expression = NamePattern.Parse(pattern);
        var frozen = 0;
        foreach (var item in items)
        {
            var fitting = item.StoredNames.Count(expression.IsMatch);
            if (fitting > 0 && fitting < item.StoredNames.Count)
            {
                throw new LearningException(
                    $"the pattern {pattern} freezes only a part of {string.Join(", ", item.StoredNames)}; these are one tensor in memory: "
                    + "freeze all of them or none");
            }

            item.IsFrozen |= fitting > 0;
            frozen += fitting > 0 ? 1 : 0;
        }

        return frozen > 0
            ? frozen
            : throw new LearningException($"no parameter fits the pattern {pattern}; names are such as {string.Join(", ", Sample())}");
    }

    public void Dispose()
    {
        items.ForEach(item => item.Value.Dispose());
        generator.Dispose();
    }

    private Parameter Value(Initial initial, ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        var value = new Parameter(Values(initial, shape.ToArray()), requires_grad: true);
        value.DetachFromDisposeScope();
        return value;
    }

    private Tensor Values(Initial initial, long[] shape)
    {
        var fanIn = shape.Skip(1).Aggregate(1L, (product, dimension) => product * dimension);
        return initial switch
        {
            Initial.Zeros => zeros(shape),
            Initial.Ones => ones(shape),
            Initial.Normal => empty(shape).normal_(0, initializerRange, generator: generator),
            _ => empty(shape).uniform_(-Math.Sqrt(3.0 / fanIn), Math.Sqrt(3.0 / fanIn), generator: generator),
        };
    }

    private IEnumerable<string> Sample() => items.SelectMany(item => item.StoredNames).Where((_, i) => i % Math.Max(1, items.Count / 4) == 0).Take(4);
}
