using Datahall.Energy.Curves;

namespace Datahall.Energy.Air;

/// <summary>A heatsink, a chassis or a room's air as one resistance and one capacity: C·dT/dt = P − (T − Tin)/R.</summary>
/// <remarks>
/// The step is exact for power and inlet that hold during it: T(t + Δt) = Tss + (T − Tss)·e^(−Δt/RC), Tss = Tin + R·P (textbook). So a long step is as right
/// as many short ones.
/// </remarks>
/// <param name="KelvinPerWatt">R, in K/W, above 0.</param>
/// <param name="JoulesPerKelvin">C, in J/K, above 0.</param>
public readonly record struct ThermalMass(double KelvinPerWatt, double JoulesPerKelvin)
{
    /// <summary>RC, in seconds.</summary>
    public double TimeConstantSeconds => KelvinPerWatt * JoulesPerKelvin;

    /// <summary>Where the temperature settles, in °C.</summary>
    public double Settled(double inletCelsius, double watts) => inletCelsius + (KelvinPerWatt * watts);

    /// <summary>The temperature after a time, in °C.</summary>
    /// <param name="celsius">The temperature before, in °C.</param>
    /// <param name="inletCelsius">The inlet, in °C.</param>
    /// <param name="watts">The heat, in watts.</param>
    /// <param name="seconds">The time, in seconds, 0 or more.</param>
    public double After(double celsius, double inletCelsius, double watts, double seconds)
    {
        var settled = Settled(inletCelsius, watts);
        return settled + ((celsius - settled) * Math.Exp(-seconds / TimeConstantSeconds));
    }

    /// <summary>Moves temperatures towards where they settle. Allocates nothing.</summary>
    /// <param name="celsius">The temperatures, in °C; changed. Shape [n].</param>
    /// <param name="settled">Where they settle, in °C. Shape [n].</param>
    /// <param name="seconds">The time, in seconds, 0 or more.</param>
    /// <param name="timeConstantSeconds">RC, in seconds, above 0.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Step(Span<double> celsius, ReadOnlySpan<double> settled, double seconds, double timeConstantSeconds)
    {
        Require.SameLength(celsius.Length, settled.Length, "temperatures");
        var rest = Math.Exp(-seconds / timeConstantSeconds);
        for (var i = 0; i < celsius.Length; i++)
        {
            celsius[i] = settled[i] + ((celsius[i] - settled[i]) * rest);
        }
    }

    /// <summary>The resistance of an air-cooled heatsink: R0 + R1·n^(−0.8), n the fan's speed over its highest. Source: forced convection over plates (textbook).</summary>
    /// <param name="conduction">R0, in K/W.</param>
    /// <param name="convection">R1, in K/W at full speed.</param>
    /// <param name="speed">n, above 0 to 1.</param>
    public static double Heatsink(double conduction, double convection, double speed) => conduction + (convection * Math.Pow(speed, -0.8));
}
