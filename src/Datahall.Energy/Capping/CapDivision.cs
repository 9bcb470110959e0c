using Datahall.Energy.Curves;

namespace Datahall.Energy.Capping;

/// <summary>Work that may be capped.</summary>
/// <param name="RatedWatts">What its devices may draw without a cap, in watts, 0 or more.</param>
/// <param name="Priority">Higher is capped later.</param>
/// <param name="Response">What caps do to it; null: it cannot be capped.</param>
public readonly record struct CapLoad(double RatedWatts, int Priority, CapResponse? Response);

/// <summary>Divides a power budget among loads so that the least work is lost.</summary>
/// <remarks>
/// Water-filling: caps go down where a watt saved costs the least throughput, along the concave hull of each measured response; lower priorities first, down to
/// the lowest measured cap, before a higher one is touched. On the hulls this is the optimum (a fractional knapsack; Dantzig 1957). The caps themselves add up to
/// the budget, so that no second exceeds it while the devices keep their caps.
/// </remarks>
public static class CapDivision
{
    /// <summary>Sets the cap of each load. O(n·log n), and allocates: it is for once a minute, not for a step.</summary>
    /// <param name="loads">The loads. Shape [n].</param>
    /// <param name="budgetWatts">What all may draw together, in watts, 0 or more.</param>
    /// <param name="caps">Receives each cap over the rated power, from 0 to 1. Shape [n].</param>
    /// <returns>By how much the lowest caps still exceed the budget, in watts; 0 when the budget is kept.</returns>
    /// <exception cref="ArgumentException">The spans differ in length, or a figure is negative or not finite.</exception>
    public static double Divide(ReadOnlySpan<CapLoad> loads, double budgetWatts, Span<double> caps)
    {
        Require.SameLength(loads.Length, caps.Length, "loads and caps");
        Require.NotNegative(budgetWatts);
        var excess = -budgetWatts;
        var steps = new List<Step>();
        for (var i = 0; i < loads.Length; i++)
        {
            excess += Require.NotNegative(loads[i].RatedWatts);
            caps[i] = 1;
            AddSteps(steps, i, loads[i]);
        }

        // Ties by index: the same loads give the same caps.
        steps.Sort(static (a, b) => (a.Priority, a.Loss, a.Load, -a.From).CompareTo((b.Priority, b.Loss, b.Load, -b.From)));
        foreach (var step in steps)
        {
            if (excess <= 0)
            {
                break;
            }

            var rated = loads[step.Load].RatedWatts;
            var saved = Math.Min(excess, (step.From - step.To) * rated);
            caps[step.Load] -= saved / rated;
            excess -= saved;
        }

        return Math.Max(0, excess);
    }

    private static void AddSteps(List<Step> steps, int index, CapLoad load)
    {
        if (load.Response is not { Hull: var hull } || load.RatedWatts == 0)
        {
            return;
        }

        // Concave: from the top down each step costs more than the one before, so sorting keeps their order.
        for (var i = hull.Count - 1; i > 0; i--)
        {
            var loss = (hull[i].Throughput - hull[i - 1].Throughput) / (hull[i].Cap - hull[i - 1].Cap);
            steps.Add(new(index, load.Priority, loss, hull[i].Cap, hull[i - 1].Cap));
        }
    }

    private readonly record struct Step(int Load, int Priority, double Loss, double From, double To);
}
