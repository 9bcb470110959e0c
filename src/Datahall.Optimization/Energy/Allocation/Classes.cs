namespace Datahall.Optimization.Energy.Allocation;

/// <summary>Members that one row of a smaller program stands for.</summary>
/// <param name="Item">The sum of the members.</param>
/// <param name="Members">Their indexes.</param>
internal sealed record Class<T>(T Item, IReadOnlyList<int> Members);

/// <summary>Joins supplies, and demands, whose amounts are multiples of each other.</summary>
/// <remarks>
/// Exact. Take any solution of the whole program and add up its x over the members of a class: that is a solution of the joined program of the same objective,
/// since the rows of the members add up to the row of the class. Take any solution of the joined program and give each member its share of the class
/// (its size ÷ the size of the class): all rows of a member are then that share of the class's rows, so they hold, and the objective is the same. For demands
/// the fraction that is placed is the same for all members. Alike nodes and alike tasks are the case of equal shares.
/// </remarks>
internal static class Classes
{
    // Two directions are one when they agree to so many digits: an error of a capacity by less than what a solver is precise to.
    private const int Digits = 12;

    /// <summary>Supplies with proportional capacities and one heat price.</summary>
    public static List<Class<Supply>> Of(IReadOnlyList<Supply> supplies) =>
        [.. Enumerable.Range(0, supplies.Count).Where(i => supplies[i].Capacity.Sum > 0)
            .GroupBy(i => (Direction(supplies[i].Capacity), supplies[i].HeatPrice))
            .Select(g => new Class<Supply>(new(Sum(g.Select(i => supplies[i].Capacity)), g.Key.HeatPrice), [.. g]))];

    /// <summary>Demands with proportional sizes, one value for a unit of size, and the same duty.</summary>
    public static List<Class<Demand>> Of(IReadOnlyList<Demand> demands) =>
        [.. Enumerable.Range(0, demands.Count).Where(j => demands[j].Size.Sum > 0)
            .GroupBy(j => (Direction(demands[j].Size), Round(demands[j].Value / demands[j].Size.Sum), demands[j].Must))
            .Select(g => new Class<Demand>(new(Sum(g.Select(j => demands[j].Size)), g.Sum(j => demands[j].Value), g.Key.Must), [.. g]))];

    private static Amounts Sum(IEnumerable<Amounts> all) => all.Aggregate(default(Amounts), static (sum, next) => sum + next);

    private static Amounts Direction(Amounts amounts) => Amounts.Each(r => Round(amounts[r] / amounts.Sum));

    private static double Round(double value) => value == 0 ? 0 : Math.Round(value, Math.Clamp(Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
