namespace Datahall.Energy.Capping;

/// <summary>What may be drawn at each place between the grid and the racks, in watts; infinite where there is no limit.</summary>
/// <param name="feeds">At the output of each feed. Shape [feeds].</param>
/// <param name="grid">Of all feeds together with their losses.</param>
public readonly ref struct TreeBudgets(ReadOnlySpan<double> feeds, double grid)
{
    /// <summary>At the output of each feed, in watts. Shape [feeds].</summary>
    public ReadOnlySpan<double> Feeds { get; } = feeds;

    /// <summary>Of all feeds together with their losses, in watts.</summary>
    public double Grid { get; } = grid;
}
