namespace Datahall.Scheduling.Quota;

/// <summary>Divides what there is of one resource between queues: first what each is guaranteed, then the rest by weight.</summary>
public static class FairShare
{
    /// <summary>Sets what each queue is due.</summary>
    /// <param name="capacity">What there is, not negative.</param>
    /// <param name="guarantee">What each is guaranteed. Shape [n].</param>
    /// <param name="weight">Each one's weight, above 0. Shape [n].</param>
    /// <param name="demand">What each holds and waits for together, at most its limit. Shape [n].</param>
    /// <param name="due">Receives what each is due, at most its demand. Shape [n].</param>
    /// <remarks>
    /// Weighted max-min fairness by progressive filling above the guarantees, O(n²) at worst. When the guarantees asked for are above the capacity they
    /// shrink in proportion. Source: Bertsekas and Gallager, Data Networks, 2nd ed. (1992), ch. 6.
    /// </remarks>
    public static void Divide(
        double capacity, ReadOnlySpan<double> guarantee, ReadOnlySpan<double> weight, ReadOnlySpan<double> demand, Span<double> due)
    {
        var claimed = 0.0;
        for (var i = 0; i < due.Length; i++)
        {
            due[i] = Math.Min(guarantee[i], demand[i]);
            claimed += due[i];
        }

        if (claimed > capacity)
        {
            for (var i = 0; i < due.Length; i++)
            {
                due[i] *= capacity / claimed;
            }

            return;
        }

        Fill(capacity - claimed, weight, demand, due);
    }

    private static void Fill(double rest, ReadOnlySpan<double> weight, ReadOnlySpan<double> demand, Span<double> due)
    {
        while (rest > 1e-9)
        {
            var (hungry, step) = (0.0, double.PositiveInfinity);
            for (var i = 0; i < due.Length; i++)
            {
                if (demand[i] - due[i] > 1e-9)
                {
                    hungry += weight[i];
                    step = Math.Min(step, (demand[i] - due[i]) / weight[i]);
                }
            }

            if (hungry == 0)
            {
                return;
            }

            step = Math.Min(step, rest / hungry);
            for (var i = 0; i < due.Length; i++)
            {
                if (demand[i] - due[i] > 1e-9)
                {
                    due[i] += step * weight[i];
                    rest -= step * weight[i];
                }
            }
        }
    }
}
