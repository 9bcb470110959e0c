using System.Globalization;

namespace Datahall.Cli.Output;

/// <summary>Amounts and times in few characters, for eyes; scripts read the JSON.</summary>
internal static class HumanUnits
{
    private static readonly string[] ByteUnits = ["B", "Ki", "Mi", "Gi", "Ti", "Pi"];

    /// <summary>Bytes with three digits: <c>31.2Gi</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1000 && unit < ByteUnits.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        var digits = unit == 0 || bytes >= 100 ? "0" : "0.#";
        return bytes.ToString(digits, CultureInfo.InvariantCulture) + ByteUnits[unit];
    }

    /// <summary>A number with one or two decimals.</summary>
    public static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Power: <c>412W</c>, <c>1.2kW</c>, <c>3.45MW</c>.</summary>
    public static string Watts(double watts) => Scaled(watts, [("W", 1), ("kW", 1e3), ("MW", 1e6)]);

    /// <summary>Energy: <c>0.64Wh</c>, <c>12.5kWh</c>, <c>3.45MWh</c>.</summary>
    public static string KilowattHours(double kilowattHours) => Scaled(kilowattHours, [("Wh", 1e-3), ("kWh", 1), ("MWh", 1e3), ("GWh", 1e6)]);

    /// <summary>A mass: <c>412g</c>, <c>1.2kg</c>, <c>3.45t</c>.</summary>
    public static string Grams(double grams) => Scaled(grams, [("g", 1), ("kg", 1e3), ("t", 1e6)]);

    /// <summary>The time since: <c>42s</c>, <c>5m</c>, <c>3h12m</c>, <c>9d</c>.</summary>
    public static string Age(DateTimeOffset? since, DateTimeOffset now)
    {
        if (since is not { } then)
        {
            return "-";
        }

        var age = now > then ? now - then : TimeSpan.Zero;
        return age switch
        {
            { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalSeconds}s"),
            { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes}m"),
            { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours}h{age.Minutes}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays}d"),
        };
    }

    // Three digits or more: small amounts with as many decimals as that takes, up to three.
    private static string Scaled(double value, ReadOnlySpan<(string Suffix, double Scale)> units)
    {
        var unit = 0;
        while (unit < units.Length - 1 && Math.Abs(value) >= units[unit + 1].Scale)
        {
            unit++;
        }

        var amount = value / units[unit].Scale;
        return Number(amount, Math.Abs(amount) switch { >= 100 => "0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.###" }) + units[unit].Suffix;
    }
}
