using Datahall.Energy.Curves;

namespace Datahall.Energy.Cooling;

/// <summary>A pumped water loop: V = Q/(ρ·cp·ΔT), pump power V·Δp/η.</summary>
/// <remarks>Textbook. ρ·cp = 4.186 MJ/(m³·K). The flow follows the heat; the head stays, as in a loop held at constant pressure.</remarks>
/// <param name="rangeKelvin">ΔT between return and supply, in kelvin, above 0.</param>
/// <param name="pascal">Δp, in Pa.</param>
/// <param name="efficiency">η of pump and motor, above 0 and at most 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
public sealed class WaterLoop(double rangeKelvin, double pascal, double efficiency)
{
    /// <summary>ρ·cp of water, in J/(m³·K).</summary>
    public const double HeatCapacity = 4.186e6;

    private readonly double pascal = Require.NotNegative(pascal);
    private readonly double efficiency = Require.Share(Require.Positive(efficiency));

    /// <summary>ΔT, in kelvin.</summary>
    public double RangeKelvin { get; } = Require.Positive(rangeKelvin);

    /// <summary>The flow, in litres per second.</summary>
    public double LitresPerSecond(double heatWatts) => heatWatts / (HeatCapacity * RangeKelvin) * 1000;

    /// <summary>The pump's power, in watts.</summary>
    public double Pump(double heatWatts) => Pump((Dual)heatWatts).Value;

    internal Dual Pump(Dual heat) => heat * (pascal / (HeatCapacity * RangeKelvin * efficiency));
}
