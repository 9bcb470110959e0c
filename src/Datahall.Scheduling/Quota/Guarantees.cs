using Datahall.Model;

namespace Datahall.Scheduling.Quota;

/// <summary>What queues are guaranteed, and what they have borrowed above it.</summary>
public static class Guarantees
{
    /// <summary>
    /// Whether more work stays within what a queue is guaranteed: it asks for something that is guaranteed, and for each thing that is
    /// named what would be held is no more than that.
    /// </summary>
    public static bool Covers(ResourceAmounts? guarantee, ResourceTotals held, ReadOnlySpan<Charge> more)
    {
        if (guarantee is null)
        {
            return false;
        }

        var (sum, asks, models) = (default(Amount), false, guarantee.GpuModels);
        foreach (var charge in more)
        {
            sum += charge.Amount;
        }

        foreach (var (model, amount) in models)
        {
            var asked = 0L;
            foreach (var charge in more)
            {
                asked += charge.GpuModel == model ? charge.Amount.GpuMilli : 0;
            }

            asks |= asked > 0;
            if (asked > 0 && held.GpuMilli(model) + asked > amount.Milli)
            {
                return false;
            }
        }

        var after = held.Amount + sum;
        return Within(guarantee.Gpu?.Milli, sum.GpuMilli, after.GpuMilli, ref asks)
            && Within(guarantee.Cpu?.Milli, sum.CpuMilli, after.CpuMilli, ref asks)
            && Within(guarantee.Memory?.Value, sum.MemoryBytes, after.MemoryBytes, ref asks)
            && asks;
    }

    /// <summary>Whether a queue holds more than it is guaranteed of something that other work asks for; what is not named is not guaranteed.</summary>
    public static bool Borrows(ResourceAmounts? guarantee, ResourceTotals held, ReadOnlySpan<Charge> asked)
    {
        foreach (var charge in asked)
        {
            if (charge.Amount.GpuMilli > 0 ? BorrowsGpu(guarantee, held, charge.GpuModel) : BorrowsOther(guarantee, held.Amount, charge.Amount))
            {
                return true;
            }
        }

        return false;
    }

    private static bool BorrowsOther(ResourceAmounts? guarantee, Amount held, Amount asked) =>
        (asked.CpuMilli > 0 && held.CpuMilli > (guarantee?.Cpu?.Milli ?? 0))
        || (asked.MemoryBytes > 0 && held.MemoryBytes > (guarantee?.Memory?.Value ?? 0));

    // Accelerators are what is scarce: work that asks for them is measured by them alone.
    private static bool BorrowsGpu(ResourceAmounts? guarantee, ResourceTotals held, string? model)
    {
        if (guarantee is null)
        {
            return held.Amount.GpuMilli > 0;
        }

        if (model is not null && guarantee.GpuModels.TryGetValue(model, out var ofModel))
        {
            return held.GpuMilli(model) > ofModel.Milli;
        }

        var named = guarantee.Gpu?.Milli ?? guarantee.GpuModels.Sum(static m => m.Value.Milli);
        return held.Amount.GpuMilli > named;
    }

    private static bool Within(long? guaranteed, long asked, long after, ref bool asks)
    {
        if (guaranteed is null || asked == 0)
        {
            return true;
        }

        asks = true;
        return after <= guaranteed;
    }
}
