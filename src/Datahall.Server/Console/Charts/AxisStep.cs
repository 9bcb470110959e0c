namespace Datahall.Server.Console.Charts;

/// <summary>The distance between two ticks of an axis: 1, 2 or 5 times a power of ten.</summary>
internal static class AxisStep
{
    /// <summary>The step that divides what the values span into about so many parts; of equal values, a part of their size.</summary>
    /// <param name="values">The values; NaN where there is none.</param>
    /// <param name="parts">How many parts, at least 1.</param>
    public static double Of(IEnumerable<double> values, int parts)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        var span = most > least ? most - least : Math.Abs(most);
        if (!double.IsFinite(span) || span <= 0)
        {
            return 1;
        }

        var raw = span / parts;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
