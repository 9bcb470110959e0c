using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>A length of time, kept in milliseconds.</summary>
/// <remarks>Written <c>250ms</c>, <c>5m</c>, <c>1h30m</c> or <c>7d</c>; a number alone is refused, for it names no unit.</remarks>
/// <param name="Milliseconds">Milliseconds.</param>
[JsonConverter(typeof(QuantityConverter<Duration>))]
public readonly record struct Duration(long Milliseconds) : IQuantity<Duration>
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    // Largest first: a duration is written from left to right in falling units.
    private static readonly (string Suffix, long Scale)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <inheritdoc/>
    public static string Example => "500ms, 30s, 5m, 1h30m or 7d";

    /// <inheritdoc/>
    public static string Pattern => @"^(\d+(\.\d+)?(d|h|m|s|ms))+$|^0$";

    /// <summary>The duration as the framework's type.</summary>
    [JsonIgnore]
    public TimeSpan TimeSpan => TimeSpan.FromMilliseconds(Milliseconds);

    /// <summary>A duration of whole seconds.</summary>
    public static Duration FromSeconds(double seconds) => new((long)Math.Round(seconds * 1000));

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> text, out Duration value)
    {
        value = default;
        if (text is "0")
        {
            return true;
        }

        var total = 0L;
        var rest = text;
        while (rest.Length > 0)
        {
            var number = rest.IndexOfAnyExcept(NumberCharacters);
            if (number <= 0)
            {
                return false;
            }

            var unit = rest[number..].IndexOfAny(NumberCharacters);
            var part = unit < 0 ? rest : rest[..(number + unit)];
            if (!TryParsePart(part, number, out var milliseconds) || milliseconds > long.MaxValue - total)
            {
                return false;
            }

            total += milliseconds;
            rest = rest[part.Length..];
        }

        value = new(total);
        return text.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Milliseconds == 0)
        {
            return "0s";
        }

        var text = new StringBuilder();
        var rest = Milliseconds;
        foreach (var (suffix, scale) in Units)
        {
            if (rest / scale is var count && count != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{suffix}");
                rest -= count * scale;
            }
        }

        return text.ToString();
    }

    private static bool TryParsePart(ReadOnlySpan<char> part, int numberLength, out long milliseconds)
    {
        var suffix = part[numberLength..];
        foreach (var (name, scale) in Units)
        {
            if (suffix.SequenceEqual(name))
            {
                return DecimalText.TryScale(part[..numberLength], scale, out milliseconds);
            }
        }

        milliseconds = 0;
        return false;
    }
}
