namespace Datahall.Energy.Curves;

/// <summary>Finds where a rising function is 0 by halving.</summary>
internal static class Bisection
{
    /// <summary>The root; the nearer end when it lies outside.</summary>
    /// <param name="rising">A function that does not fall.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="width">How narrow is narrow enough, above 0.</param>
    public static double Root(Func<double, double> rising, double low, double high, double width)
    {
        if (rising(low) >= 0)
        {
            return low;
        }

        while (high - low > width)
        {
            var middle = (low + high) / 2;
            (low, high) = rising(middle) < 0 ? (middle, high) : (low, middle);
        }

        return high;
    }
}
