using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>An amount of accelerator, in thousandths of one device.</summary>
/// <remarks>
/// Written <c>4</c> (whole devices), <c>0.5</c> or <c>500m</c> (a share of one device). A task takes whole devices or a
/// share of one, never <c>1.5</c>: <see cref="IsPlaceable"/>.
/// </remarks>
/// <param name="Milli">Thousandths of one device.</param>
[JsonConverter(typeof(QuantityConverter<Gpu>))]
public readonly record struct Gpu(long Milli) : IQuantity<Gpu>
{
    /// <inheritdoc/>
    public static string Example => "2, 0.5 or 500m";

    /// <inheritdoc/>
    public static string Pattern => @"^\d+(\.\d+)?m?$";

    /// <summary>Whether one task can ask for this much: nothing, a share of one device, or whole devices.</summary>
    [JsonIgnore]
    public bool IsPlaceable => Milli < 1000 || Milli % 1000 == 0;

    /// <summary>How many devices the amount touches; 1 for a share.</summary>
    [JsonIgnore]
    public int Devices => (int)Math.Min((Milli / 1000) + (Milli % 1000 == 0 ? 0 : 1), int.MaxValue);

    /// <summary>What is taken of each touched device, in thousandths; 1000 for whole devices, 0 for none.</summary>
    [JsonIgnore]
    public int MilliPerDevice => (int)Math.Min(Milli, 1000);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, out Gpu value)
    {
        var ok = DecimalText.TryParseMilli(text, out var milli);
        value = new(milli);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => DecimalText.FormatMilli(Milli);
}
