namespace Datahall.Energy.Servers;

/// <summary>Leakage of chips: P = Pref · e^(k·(T − Tref)); doubles every 25 to 35 K.</summary>
/// <remarks>Method: Zapater et al., Leakage-aware cooling management, IEEE TPDS 2014. k of 0.02 to 0.03 per kelvin is recalled, not re-read: calibrate.</remarks>
/// <param name="ReferenceWatts">Pref, in watts.</param>
/// <param name="ReferenceCelsius">Tref, in °C.</param>
/// <param name="PerKelvin">k, in 1/K.</param>
public readonly record struct Leakage(double ReferenceWatts, double ReferenceCelsius, double PerKelvin)
{
    /// <summary>The share of a chip's power that is leakage; 0.15 to 0.3 at 80 °C (recalled).</summary>
    public const double Share = 0.2;

    /// <summary>k of no chip in particular, in 1/K.</summary>
    public const double UsualPerKelvin = 0.025;

    /// <summary>The leakage at a chip temperature, in watts.</summary>
    public double Watts(double celsius) => ReferenceWatts * Math.Exp(PerKelvin * (celsius - ReferenceCelsius));

    /// <summary>How much it rises with each kelvin, in W/K.</summary>
    public double Slope(double celsius) => PerKelvin * Watts(celsius);
}
