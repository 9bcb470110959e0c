namespace Datahall.Energy.Curves;

/// <summary>A measured curve: straight between its points, flat before the first and after the last.</summary>
public sealed class PiecewiseLinear
{
    private readonly double[] x;
    private readonly double[] y;

    /// <summary>Makes a curve.</summary>
    /// <param name="x">Where it was measured, rising. At least one.</param>
    /// <param name="y">What was measured there. Shape as <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, a value is not finite, or <paramref name="x"/> does not rise.</exception>
    public PiecewiseLinear(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Require.SameLength(x.Length, y.Length, "points of a curve");
        if (x.IsEmpty)
        {
            throw new ArgumentException("a curve needs at least one point");
        }

        for (var i = 0; i < x.Length; i++)
        {
            Require.Finite(x[i]);
            Require.Finite(y[i]);
            if (i > 0 && x[i] <= x[i - 1])
            {
                throw new ArgumentException($"the points of a curve must rise: {x[i]} comes after {x[i - 1]}");
            }
        }

        (this.x, this.y) = (x.ToArray(), y.ToArray());
    }

    /// <summary>The curve's value. O(number of points).</summary>
    public double At(double position)
    {
        var i = Segment(position);
        return i < 0 ? y[0] : i == x.Length - 1 ? y[^1] : y[i] + ((y[i + 1] - y[i]) * (position - x[i]) / (x[i + 1] - x[i]));
    }

    /// <summary>How fast the curve rises there; at a point, the slope to its right. O(number of points).</summary>
    public double Slope(double position)
    {
        var i = Segment(position);
        return i < 0 || i == x.Length - 1 ? 0 : (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
    }

    // The last point that is not to the right; -1 before the first. Curves have few points: a search would not pay.
    private int Segment(double position)
    {
        var i = -1;
        while (i + 1 < x.Length && x[i + 1] <= position)
        {
            i++;
        }

        return i;
    }
}
