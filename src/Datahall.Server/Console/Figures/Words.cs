namespace Datahall.Server.Console.Figures;

/// <summary>The model's words as the API writes them.</summary>
internal static class Words
{
    /// <summary>An enumeration's member: <c>RollingBack</c> is <c>rollingBack</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => value.ToString() is var name ? char.ToLowerInvariant(name[0]) + name[1..] : "";
}
