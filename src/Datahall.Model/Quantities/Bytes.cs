using System.Globalization;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>An amount of memory or storage, in bytes.</summary>
/// <remarks>Written <c>4Gi</c> (powers of 1024), <c>4G</c> (powers of 1000) or a plain number of bytes.</remarks>
/// <param name="Value">Bytes.</param>
[JsonConverter(typeof(QuantityConverter<Bytes>))]
public readonly record struct Bytes(long Value) : IQuantity<Bytes>
{
    private static readonly (string Suffix, long Scale)[] Units =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50),
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
    ];

    /// <inheritdoc/>
    public static string Example => "512Mi, 4Gi or 1.5Ti";

    /// <inheritdoc/>
    public static string Pattern => @"^\d+(\.\d+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$";

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, out Bytes value)
    {
        var ok = DecimalText.TryParseScaled(text, Units, out var bytes);
        value = new(bytes);
        return ok;
    }

    /// <summary>Writes the amount with the largest binary unit that divides it.</summary>
    public override string ToString()
    {
        for (var i = 4; i >= 0; i--)
        {
            if (Value != 0 && Value % Units[i].Scale == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Value / Units[i].Scale}{Units[i].Suffix}");
            }
        }

        return Value.ToString(CultureInfo.InvariantCulture);
    }
}
