using Datahall.Energy.Curves;

namespace Datahall.Energy.Servers;

/// <summary>Straight lines between powers measured at even steps of load, as SPECpower_ssj2008 publishes them (0, 10, … 100 %).</summary>
/// <remarks>Source of the method and of the three machines: CloudSim 3.0.3, <c>PowerModelSpecPower</c>.</remarks>
public sealed class PointsPowerModel : ServerPowerModel
{
    private readonly double[] points;

    /// <summary>Makes a model.</summary>
    /// <param name="watts">The power at even steps from idle to full load, in watts; at least 2 and not falling below idle.</param>
    /// <exception cref="ArgumentException">There are fewer than 2 points, or one is negative or not finite.</exception>
    public PointsPowerModel(params ReadOnlySpan<double> watts)
        : base(First(watts), watts[^1])
    {
        foreach (var point in watts)
        {
            Require.NotNegative(point);
        }

        points = watts.ToArray();
    }

    /// <summary>HP ProLiant ML110 G4 (Xeon 3040).</summary>
    public static PointsPowerModel HpMl110G4 { get; } = new(86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117);

    /// <summary>HP ProLiant ML110 G5 (Xeon 3075).</summary>
    public static PointsPowerModel HpMl110G5 { get; } = new(93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135);

    /// <summary>IBM x3550 M3 (2 × Xeon X5675).</summary>
    public static PointsPowerModel IbmX3550 { get; } = new(58.4, 98, 109, 118, 128, 140, 153, 170, 189, 205, 222);

    /// <inheritdoc/>
    public override double Watts(double utilisation)
    {
        var place = Clamp(utilisation) * (points.Length - 1);
        if (double.IsNaN(place))
        {
            return double.NaN;
        }

        var i = Math.Min((int)place, points.Length - 2);
        return points[i] + ((points[i + 1] - points[i]) * (place - i));
    }

    /// <inheritdoc/>
    public override double Slope(double utilisation)
    {
        var i = Math.Min((int)(Clamp(utilisation) * (points.Length - 1)), points.Length - 2);
        return (points[i + 1] - points[i]) * (points.Length - 1);
    }

    private static double First(ReadOnlySpan<double> watts) =>
        watts.Length >= 2 ? watts[0] : throw new ArgumentException($"{watts.Length} points: give the power at idle and at full load at least");
}
