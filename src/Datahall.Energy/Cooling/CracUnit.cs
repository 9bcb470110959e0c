using Datahall.Energy.Curves;

namespace Datahall.Energy.Cooling;

/// <summary>A direct-expansion air conditioner, measured at HP Labs: COP = 0.0068·T² + 0.0008·T + 0.458, T the supplied air in °C.</summary>
/// <remarks>
/// Source: Moore, Chase, Ranganathan and Sharma, Making Scheduling "Cool", USENIX ATC 2005; the same coefficients are in SST's <c>Machine.cc</c>. It knows no
/// outdoor temperature, so it is not for comparing climates.
/// </remarks>
public static class CracUnit
{
    /// <summary>Heat moved per electrical work, in W/W.</summary>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    public static double Cop(double supplyCelsius) => (0.0068 * supplyCelsius * supplyCelsius) + (0.0008 * supplyCelsius) + 0.458;

    /// <summary>How fast the COP rises with the supply, in 1/K.</summary>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    public static double Slope(double supplyCelsius) => (2 * 0.0068 * supplyCelsius) + 0.0008;

    /// <summary>The power, in watts.</summary>
    /// <param name="heatWatts">The heat to move, in watts.</param>
    /// <param name="supplyCelsius">The supplied air, in °C.</param>
    public static double Watts(double heatWatts, double supplyCelsius) => heatWatts / Cop(supplyCelsius);

    internal static Dual Watts(Dual heat, Dual supply) => heat / supply.Through(Cop(supply.Value), Slope(supply.Value));
}
