using TorchSharp;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Sums of tensors, and tensors with numbers.</summary>
/// <remarks>
/// TorchSharp makes an object with native memory of each number (in a sum of tensors too: the factor 1) and passes only its address on, so that a
/// collection at the wrong moment frees what the call is about to read. Here it lives until the call has ended. Its own operators and conversions, which do
/// not see to that, are banned (<c>eng/BannedSymbols.TorchSharp.txt</c>); in <c>+=</c> and its like the compiler
/// does not find them.
/// </remarks>
internal static class TensorArithmetic
{
    /// <summary>One, for ever.</summary>
    public static Scalar One { get; } = 1.ToScalar();

    /// <summary>Both together.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    /// <summary>With a number added.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.add(scalar, One);
    }

    /// <summary>Multiplied by a number.</summary>
    public static Tensor Times(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.mul(scalar);
    }

    /// <summary>Divided by a number.</summary>
    public static Tensor Over(this Tensor tensor, double number)
    {
        using var scalar = number.ToScalar();
        return tensor.div(scalar);
    }

    /// <summary>Raised to a power.</summary>
    public static Tensor ToPower(this Tensor tensor, double exponent)
    {
        using var scalar = exponent.ToScalar();
        return tensor.pow(scalar);
    }

    /// <summary>Values outside are moved to the bounds.</summary>
    public static Tensor Within(this Tensor tensor, double least, double most)
    {
        using Scalar low = least.ToScalar(), high = most.ToScalar();
        return tensor.clamp(low, high);
    }
}
