using Datahall.Energy.Curves;

namespace Datahall.Energy.Conversion;

/// <summary>A server's power supplies: Pin = (Pout + c) / η(Pout / rating), η measured at some loads.</summary>
/// <remarks>With one η and c above 0 it is the converter of ExaDigiT RAPS; with c = 0 that of 80 PLUS.</remarks>
public sealed class PowerSupply
{
    private static readonly double[] Loads = [0.1, 0.2, 0.5, 1];

    private readonly PiecewiseLinear efficiency;
    private readonly double constantWatts;

    /// <summary>Makes a supply.</summary>
    /// <param name="ratingWatts">What all of them can give together, in watts, above 0.</param>
    /// <param name="constantWatts">c: what is lost at any load, in watts, 0 or more.</param>
    /// <param name="efficiencies">η at 10, 20, 50 and 100 % of the rating, each above 0 and at most 1.</param>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public PowerSupply(double ratingWatts, double constantWatts, params ReadOnlySpan<double> efficiencies)
    {
        RatingWatts = Require.Positive(ratingWatts);
        this.constantWatts = Require.NotNegative(constantWatts);
        foreach (var value in efficiencies)
        {
            Require.Share(Require.Positive(value));
        }

        efficiency = new(Loads, efficiencies);
    }

    /// <summary>What all of them can give together, in watts.</summary>
    public double RatingWatts { get; }

    /// <summary>What goes in, in watts. Below 10 % of the rating η stays as at 10 %.</summary>
    public double Input(double outputWatts) => (outputWatts + constantWatts) / efficiency.At(outputWatts / RatingWatts);

    /// <summary>How much more goes in for one more watt that comes out, in W/W.</summary>
    public double Slope(double outputWatts)
    {
        var x = outputWatts / RatingWatts;
        var eta = efficiency.At(x);
        return (1 / eta) - ((outputWatts + constantWatts) / RatingWatts * efficiency.Slope(x) / (eta * eta));
    }
}
