namespace Datahall.Optimization.Batch;

/// <summary>How much thought a batch is worth.</summary>
public sealed record BatchOptions
{
    /// <summary>The installation's placement policy, which the greedy plan places by. Default <c>best-fit</c>.</summary>
    public string Policy { get; init; } = "best-fit";

    /// <summary>The fewest waiting tasks that are worth a solve, 1 or more; below it the greedy plan stands. Default 8.</summary>
    public int FewestTasks { get; init; } = 8;

    /// <summary>The most gangs that are looked at, in the order of the line; those behind wait for the next look. Default 4,096.</summary>
    public int MostGangs { get; init; } = 4_096;

    /// <summary>The most fillings of nodes that CP-SAT gets; a batch with more is relaxed to a linear program and rounded. Default 8,500.</summary>
    public int MostExactFillings { get; init; } = 8_500;

    /// <summary>The most fillings of nodes at all, over all classes of nodes. Default 40,000.</summary>
    public int MostFillings { get; init; } = 40_000;

    /// <summary>
    /// The work the solver may do, in OR-Tools' deterministic seconds: counted operations, about a second of one core each. The same problem gets the same plan on
    /// every machine. Default 4.
    /// </summary>
    public double WorkSeconds { get; init; } = 4;

    /// <summary>The wall clock's cap on all solves together. Only when it strikes may the plan depend on the machine. Default 10 s.</summary>
    public TimeSpan MostTime { get; init; } = TimeSpan.FromSeconds(10);
}
