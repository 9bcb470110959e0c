using System.Globalization;

namespace Datahall.Server.Console.Figures;

/// <summary>Amounts and times in few characters, for eyes.</summary>
internal static class Amounts
{
    /// <summary>What stands where there is nothing to say.</summary>
    public const string None = "–";

    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Bytes: <c>31.2 GiB</c>.</summary>
    public static string Bytes(double? bytes)
    {
        if (bytes is not { } value)
        {
            return None;
        }

        var unit = 0;
        while (value >= 1000 && unit < ByteUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{value.ToString(unit == 0 || value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)} {ByteUnits[unit]}";
    }

    /// <summary>A number with at most so many decimals as its format has.</summary>
    public static string Number(double? value, string format = "0.##") => value is { } v && double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : None;

    /// <summary>A share from 0 to 1 in per cent.</summary>
    public static string Share(double? share) => share is { } s && double.IsFinite(s) ? $"{Number(100 * s, "0.#")} %" : None;

    /// <summary>Power: <c>412 W</c>, <c>1.2 kW</c>, <c>3.45 MW</c>.</summary>
    public static string Watts(double? watts) => Scaled(watts, [("W", 1), ("kW", 1e3), ("MW", 1e6)]);

    /// <summary>Energy: <c>0.64 Wh</c>, <c>12.5 kWh</c>.</summary>
    public static string KilowattHours(double? energy) => Scaled(energy, [("Wh", 1e-3), ("kWh", 1), ("MWh", 1e3), ("GWh", 1e6)]);

    /// <summary>A mass: <c>412 g</c>, <c>1.2 kg</c>, <c>3.45 t</c>.</summary>
    public static string Grams(double? grams) => Scaled(grams, [("g", 1), ("kg", 1e3), ("t", 1e6)]);

    /// <summary>A temperature: <c>61.5 °C</c>.</summary>
    public static string Celsius(double? celsius) => celsius is { } c ? $"{Number(c, "0.#")} °C" : None;

    /// <summary>A length of time in seconds, which a file may have written: <c>42s</c>, <c>5m</c>, <c>3h12m</c>, <c>9d</c>.</summary>
    public static string Span(double seconds) => Span(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e11)));

    /// <summary>A length of time: <c>42s</c>, <c>5m</c>, <c>3h12m</c>, <c>9d</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)span.TotalSeconds)}s"),
        { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}m"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h{span.Minutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays}d"),
    };

    private static string Scaled(double? amount, ReadOnlySpan<(string Unit, double Scale)> units)
    {
        if (amount is not { } value || !double.IsFinite(value))
        {
            return None;
        }

        var unit = 0;
        while (unit < units.Length - 1 && Math.Abs(value) >= units[unit + 1].Scale)
        {
            unit++;
        }

        var scaled = value / units[unit].Scale;
        var format = Math.Abs(scaled) switch { >= 100 => "0", >= 10 => "0.#", _ => "0.##" };
        return $"{scaled.ToString(format, CultureInfo.InvariantCulture)} {units[unit].Unit}";
    }
}
