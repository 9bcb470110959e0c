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
}
