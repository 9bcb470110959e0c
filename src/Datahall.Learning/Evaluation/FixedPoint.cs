using System.Globalization;

namespace Datahall.Learning.Evaluation;

/// <summary>Writes numbers with fixed digits as C, Perl and Python do: of a number exactly between two, the even one.</summary>
/// <remarks>.NET takes the larger one: 0.8125 is 0.812 there and 0.813 here.</remarks>
internal static class FixedPoint
{
    /// <param name="value">A number of moderate size: with its digits it must fit 15 decimal places.</param>
    /// <param name="digits">Digits after the point, 0 to 9.</param>
    public static string Text(double value, int digits)
    {
        // Only a multiple of 2^-(digits + 1) can lie exactly between two decimals, and it does when the multiple is odd.
        var multiple = value * (1L << (digits + 1));
        if (multiple == Math.Floor(multiple) && Math.Abs(multiple % 2) == 1)
        {
            value = (double)Math.Round((decimal)value, digits, MidpointRounding.ToEven);
        }

        return value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
