namespace Datahall.Optimization.Batch;

/// <summary>What one node of a class takes at once.</summary>
/// <param name="Class">The class.</param>
/// <param name="Sequence">The shapes of its tasks, in an order in which they can be placed one after the other.</param>
/// <param name="Counts">How many of each shape that is. Shape [shapes].</param>
internal sealed record Filling(int Class, IReadOnlyList<int> Sequence, IReadOnlyList<int> Counts);
