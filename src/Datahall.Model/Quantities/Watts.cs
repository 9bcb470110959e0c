using System.Globalization;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>A power, in watts.</summary>
/// <remarks>Written <c>350W</c>, <c>10kW</c>, <c>1.2MW</c> or a plain number of watts.</remarks>
/// <param name="Value">Watts.</param>
[JsonConverter(typeof(QuantityConverter<Watts>))]
public readonly record struct Watts(long Value) : IQuantity<Watts>
{
    private static readonly (string Suffix, long Scale)[] Units = [("kW", 1_000), ("MW", 1_000_000), ("W", 1)];

    /// <inheritdoc/>
    public static string Example => "350W, 10kW or 1.2MW";

    /// <inheritdoc/>
    public static string Pattern => @"^\d+(\.\d+)?(W|kW|MW)?$";

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, out Watts value)
    {
        var ok = DecimalText.TryParseScaled(text, Units, out var watts);
        value = new(watts);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        >= 1_000_000 when Value % 1_000_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{Value / 1_000_000}MW"),
        >= 1_000 when Value % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{Value / 1_000}kW"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value}W"),
    };
}
