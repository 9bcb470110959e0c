namespace Datahall.Monitoring.Templates;

/// <summary>A line taken apart.</summary>
public readonly ref struct LineParts
{
    /// <summary>What the line says, the header left out.</summary>
    public ReadOnlySpan<byte> Content { get; init; }

    /// <summary>The level as it is written; empty when the format has none.</summary>
    public ReadOnlySpan<byte> Level { get; init; }

    /// <summary>From the first to the last field of date and time; empty when the format has none.</summary>
    public ReadOnlySpan<byte> Time { get; init; }

    internal int TimeStart { get; init; }

    internal LineParts With(bool content, bool level, bool time, ReadOnlySpan<byte> line, int start, int end)
    {
        var timeStart = Time.IsEmpty ? start : TimeStart;
        return new()
        {
            Content = content ? line[start..end] : Content,
            Level = level && Level.IsEmpty ? line[start..end] : Level,
            Time = time ? line[timeStart..end] : Time,
            TimeStart = time ? timeStart : TimeStart,
        };
    }
}
