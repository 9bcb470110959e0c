using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>An amount of processor time per time, in thousandths of one logical CPU.</summary>
/// <remarks>Written <c>2</c>, <c>1.5</c> or <c>1500m</c>.</remarks>
/// <param name="Milli">Thousandths of one CPU.</param>
[JsonConverter(typeof(QuantityConverter<Cpu>))]
public readonly record struct Cpu(long Milli) : IQuantity<Cpu>
{
    /// <inheritdoc/>
    public static string Example => "500m, 2 or 1.5";

    /// <inheritdoc/>
    public static string Pattern => @"^\d+(\.\d+)?m?$";

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, out Cpu value)
    {
        var ok = DecimalText.TryParseMilli(text, out var milli);
        value = new(milli);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => DecimalText.FormatMilli(Milli);
}
