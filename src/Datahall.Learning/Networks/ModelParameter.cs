using TorchSharp.Modules;

namespace Datahall.Learning.Networks;

/// <summary>A trainable tensor of a model and the tensors of a file that it is stored as.</summary>
/// <param name="Name">Its name in messages and optimiser states: the stored name when there is one, else what the parts have in common.</param>
/// <param name="Value">The tensor; float32.</param>
/// <param name="StoredNames">The names in a file, without the encoder's prefix. More than one: equal parts along the first dimension.</param>
internal sealed record ModelParameter(string Name, Parameter Value, IReadOnlyList<string> StoredNames)
{
    /// <summary>Whether each row is of a feature of texts, rare or common. The lengths of their gradients tell which is which, and a step keeps them.</summary>
    public bool IsOfFeatures { get; init; }

    /// <summary>Whether training leaves it alone.</summary>
    public bool IsFrozen
    {
        get => !Value.requires_grad;
        set => Value.requires_grad = !value;
    }
}
