using System.Text;

namespace Datahall.Server.Metrics;

/// <summary>The name that Prometheus has for an instrument of the program, by the rules of OpenTelemetry's compatibility specification.</summary>
internal static class InstrumentName
{
    /// <summary>Makes it.</summary>
    /// <param name="instrument">The instrument's name, such as <c>datahall.control.step.duration</c>.</param>
    /// <param name="unit">Its unit in UCUM, such as <c>s</c>; words in braces are none.</param>
    /// <param name="isCounter">Whether it only grows.</param>
    /// <param name="isGauge">Whether it is a level.</param>
    public static string Of(string instrument, string? unit, bool isCounter, bool isGauge)
    {
        var name = Sanitize(instrument);
        var word = Word(unit ?? "");
        if (word.Length > 0 && !name.Contains(word, StringComparison.Ordinal))
        {
            name += "_" + word;
        }

        if (isCounter && !name.EndsWith("_total", StringComparison.Ordinal))
        {
            name += "_total";
        }

        return isGauge && unit == "1" && !name.Contains("ratio", StringComparison.Ordinal) ? name + "_ratio" : name;
    }

    /// <summary>A name with what Prometheus does not take replaced by single underscores.</summary>
    public static string Sanitize(string text)
    {
        var name = new StringBuilder(text.Length + 1);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':')
            {
                name.Append(name.Length == 0 && char.IsAsciiDigit(c) ? "_" : "").Append(c);
            }
            else if (name.Length == 0 || name[^1] != '_')
            {
                name.Append('_');
            }
        }

        return name.ToString();
    }

    private static string Word(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "W" => "watts",
        "J" => "joules",
        "Cel" => "celsius",
        "%" => "percent",
        "1" => "",
        _ when unit.StartsWith('{') => "",
        _ => Sanitize(unit),
    };
}
