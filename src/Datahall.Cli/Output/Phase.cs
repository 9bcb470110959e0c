namespace Datahall.Cli.Output;

/// <summary>Phases as the API writes them, coloured by what they ask of the reader.</summary>
internal static class Phase
{
    public static Cell Of(string word) => new(word, word switch
    {
        "ready" or "healthy" or "succeeded" or "resolved" => Ink.Green,
        "running" or "acknowledged" => Ink.Cyan,
        "failed" or "lost" or "degraded" or "rollingBack" or "firing" => Ink.Red,
        "left" or "cancelled" => Ink.Faint,
        _ => Ink.Yellow,
    });

    /// <summary>The word of the API: the name with a small first letter.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
