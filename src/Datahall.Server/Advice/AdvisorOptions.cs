namespace Datahall.Server.Advice;

/// <summary>When and how long is thought beside the core.</summary>
internal sealed record AdvisorOptions
{
    /// <summary>The shortest time between two looks at what waits. Default 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time between two looks, when what was proposed is dropped again and again. Default 5 min.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The fewest waiting tasks that are worth a solve, 1 or more. Default 8.</summary>
    public int FewestTasks { get; init; } = 8;

    /// <summary>The most time that one look may take a solver. Default 2 s.</summary>
    public TimeSpan MostTime { get; init; } = TimeSpan.FromSeconds(2);
}
