using Datahall.Energy.Capping;
using Datahall.Energy.Curves;

namespace Datahall.Energy.Emergency;

/// <summary>Servers that can give up power together.</summary>
/// <param name="WorkingWatts">What their boards may draw at work, in watts, 0 or more.</param>
/// <param name="IdleWatts">What they draw awake without work, in watts, at most <paramref name="WorkingWatts"/>.</param>
/// <param name="Priority">Higher gives up later.</param>
/// <param name="Response">What caps do to their work; null: they cannot be capped.</param>
public readonly record struct ShedLoad(double WorkingWatts, double IdleWatts, int Priority, CapResponse? Response);

/// <summary>What a load gives up.</summary>
/// <param name="Cap">The cap over the working power, from 0 to 1; 1: none.</param>
/// <param name="Stopped">The share of its servers whose work is stopped, from 0 to 1.</param>
/// <param name="Off">The share of its servers that are shut down, from 0 to 1, at most <paramref name="Stopped"/>.</param>
public readonly record struct ShedOrder(double Cap, double Stopped, double Off);

/// <summary>Brings loads under a budget: caps first, then work is stopped and servers shut down, the lowest priority first.</summary>
/// <remarks>
/// Caps by <see cref="CapDivision"/>, all of them down to the lowest measured cap before any work is stopped. Then load by load, rising in priority: its work
/// is stopped, and when that is not enough its servers are shut down, before the next load is touched. Pure.
/// </remarks>
public static class LoadShedding
{
    /// <summary>Sets what each load gives up. O(n·log n), allocates.</summary>
    /// <param name="loads">The loads. Shape [n].</param>
    /// <param name="budgetWatts">What their boards may draw together, in watts, 0 or more.</param>
    /// <param name="orders">Receives the orders. Shape [n].</param>
    /// <exception cref="ArgumentException">The spans differ in length, or a figure is negative or not finite.</exception>
    public static void Divide(ReadOnlySpan<ShedLoad> loads, double budgetWatts, Span<ShedOrder> orders)
    {
        Require.SameLength(loads.Length, orders.Length, "loads and orders");
        var (claims, caps, order) = (new CapLoad[loads.Length], new double[loads.Length], new int[loads.Length]);
        var priorities = new int[loads.Length];
        for (var i = 0; i < loads.Length; i++)
        {
            (claims[i], order[i], priorities[i]) = (new(loads[i].WorkingWatts, loads[i].Priority, loads[i].Response), i, loads[i].Priority);
        }

        var excess = CapDivision.Divide(claims, budgetWatts, caps);
        Array.Sort(order, (a, b) => (priorities[a], a).CompareTo((priorities[b], b)));
        foreach (var i in order)
        {
            var stopped = Share(excess, (caps[i] * loads[i].WorkingWatts) - loads[i].IdleWatts, ref excess);
            orders[i] = new(caps[i], stopped, excess > 0 ? Share(excess, loads[i].IdleWatts, ref excess) : 0);
        }
    }

    // What share of a saving is needed; a load without any is given up wholly.
    private static double Share(double wanted, double most, ref double excess)
    {
        if (wanted <= 0)
        {
            return 0;
        }

        var share = most > wanted ? wanted / most : 1;
        excess -= share * Math.Max(0, most);
        return share;
    }
}
