using Datahall.Energy.Curves;

namespace Datahall.Energy.Conversion;

/// <summary>A converter with a constant loss and a constant efficiency: Pin = (Pout + c) / η.</summary>
/// <remarks>Source: ExaDigiT RAPS, <c>config/frontier.yaml</c>.</remarks>
public sealed class ConversionStage
{
    /// <summary>Makes a stage.</summary>
    /// <param name="constantWatts">c, in watts, 0 or more.</param>
    /// <param name="efficiency">η, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public ConversionStage(double constantWatts, double efficiency) =>
        (ConstantWatts, Efficiency) = (Require.NotNegative(constantWatts), Require.Share(Require.Positive(efficiency)));

    /// <summary>Frontier's DC-DC converter, one a node: 13 W, 98 %.</summary>
    public static ConversionStage FrontierNode { get; } = new(13, 0.98);

    /// <summary>Frontier's rectifier, one for four nodes and a switch: 17 W, 96 %.</summary>
    public static ConversionStage FrontierRectifier { get; } = new(17, 0.96);

    /// <summary>c, in watts.</summary>
    public double ConstantWatts { get; }

    /// <summary>η, from 0 to 1.</summary>
    public double Efficiency { get; }

    /// <summary>What goes in, in watts, for what comes out.</summary>
    public double Input(double outputWatts) => (outputWatts + ConstantWatts) / Efficiency;
}
