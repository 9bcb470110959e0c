namespace Datahall.Energy.Air;

/// <summary>Heat in moving air: Q = ρ·cp·V·ΔT.</summary>
public static class AirStream
{
    /// <summary>ρ, in kg/m³, at 20 °C and sea level.</summary>
    public const double Density = 1.2;

    /// <summary>cp of dry air, in J/(kg·K).</summary>
    public const double HeatCapacity = 1006;

    /// <summary>The rise of air that takes up heat, in kelvin.</summary>
    /// <param name="watts">The heat, in watts.</param>
    /// <param name="cubicMetresPerSecond">The flow, in m³/s.</param>
    /// <param name="density">ρ, in kg/m³.</param>
    public static double Rise(double watts, double cubicMetresPerSecond, double density = Density) =>
        watts / (density * HeatCapacity * cubicMetresPerSecond);

    /// <summary>The flow that takes up heat at a rise, in m³/s.</summary>
    /// <param name="watts">The heat, in watts.</param>
    /// <param name="kelvin">The rise, in kelvin.</param>
    public static double Flow(double watts, double kelvin) => watts / (Density * HeatCapacity * kelvin);
}
