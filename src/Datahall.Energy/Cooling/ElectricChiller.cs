using Datahall.Energy.Curves;

namespace Datahall.Energy.Cooling;

/// <summary>A water-cooled electric chiller whose capacity and efficiency answer to both water temperatures and to its load.</summary>
/// <remarks>
/// Source: EnergyPlus Engineering Reference, Chiller:Electric; coefficients of the chilled-water model in Sinergym. With
/// d = (Tcond − 29.44)/2.682759 − (Tevap − 6.667), kept within −11 to 8: available capacity r = 0.944836 − 0.0570088·d − 0.00185486·d², full-load power
/// p = 1.907846 − 1.204987·r + 0.2634623·r², part-load F = 0.03303 + 0.6852·PLR + 0.2818·PLR², power = F·p·Q·r/COP.
/// </remarks>
public sealed class ElectricChiller
{
    private const double LeastLift = -11;
    private const double MostLift = 8;

    /// <summary>Makes a chiller.</summary>
    /// <param name="capacityWatts">Q: what it cools at 6.667 °C leaving and 29.44 °C entering condenser water, in watts, above 0.</param>
    /// <param name="cop">Its COP there, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not above 0.</exception>
    public ElectricChiller(double capacityWatts, double cop) => (CapacityWatts, ReferenceCop) = (Require.Positive(capacityWatts), Require.Positive(cop));

    /// <summary>Q, in watts.</summary>
    public double CapacityWatts { get; }

    /// <summary>The COP at the reference temperatures.</summary>
    public double ReferenceCop { get; }

    /// <summary>What it can cool at these temperatures, in watts.</summary>
    /// <param name="evaporatorCelsius">The leaving chilled water, in °C.</param>
    /// <param name="condenserCelsius">The entering condenser water, in °C.</param>
    public double Available(double evaporatorCelsius, double condenserCelsius) => Available((Dual)evaporatorCelsius, condenserCelsius).Value;

    /// <summary>The power, in watts.</summary>
    /// <param name="partLoad">The heat over what is available, from 0 to 1.</param>
    /// <param name="evaporatorCelsius">The leaving chilled water, in °C.</param>
    /// <param name="condenserCelsius">The entering condenser water, in °C.</param>
    public double Watts(double partLoad, double evaporatorCelsius, double condenserCelsius) =>
        Watts((Dual)partLoad, evaporatorCelsius, condenserCelsius).Value;

    internal Dual Available(Dual evaporator, Dual condenser) => CapacityRatio(evaporator, condenser) * CapacityWatts;

    internal Dual Watts(Dual partLoad, Dual evaporator, Dual condenser)
    {
        var r = CapacityRatio(evaporator, condenser);
        var fullLoad = 1.907846 - (r * 1.204987) + (r * r * 0.2634623);
        var load = partLoad.Clamp(0, 1);
        var share = 0.03303 + (load * 0.6852) + (load * load * 0.2818);
        return share * fullLoad * r * (CapacityWatts / ReferenceCop);
    }

    private static Dual CapacityRatio(Dual evaporator, Dual condenser)
    {
        var d = (((condenser - 29.44) * (1 / 2.682759)) - (evaporator - 6.667)).Clamp(LeastLift, MostLift);
        return 0.944836 - (d * 0.0570088) - (d * d * 0.00185486);
    }
}
