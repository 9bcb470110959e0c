namespace Datahall.Server.Console;

/// <summary>What may be set about the console.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>After how long somebody signs in again. Default 12 h.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The shortest time between two updates of a page. Default 200 ms.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often what is read but not watched (readings, ages) is shown anew. Default 5 s.</summary>
    public TimeSpan ReadingInterval { get; init; } = TimeSpan.FromSeconds(5);
}
