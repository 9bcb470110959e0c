namespace Datahall.Twin.Traces.Openb;

/// <summary>How much of the accelerators is allocated as demand arrives.</summary>
public sealed class OpenbAllocation(long capacityMilli)
{
    private readonly SortedDictionary<int, (double Sum, int Count)> byArrived = [];
    private long arrived;
    private long allocated;

    /// <summary>How many pods got a place.</summary>
    public int Placed { get; private set; }

    /// <summary>How many placed pods were moved.</summary>
    public int Moves { get; set; }

    /// <summary>How many pods arrived.</summary>
    public int Arrived { get; private set; }

    /// <summary>Takes up one pod.</summary>
    /// <param name="milli">What it asks, in thousandths of a device.</param>
    /// <param name="placed">Whether it got a place.</param>
    public void Add(long milli, bool placed)
    {
        arrived += milli;
        allocated += placed ? milli : 0;
        Arrived++;
        Placed += placed ? 1 : 0;
        var percent = (int)Math.Round(100.0 * arrived / capacityMilli, MidpointRounding.AwayFromZero);
        var (sum, count) = byArrived.GetValueOrDefault(percent);
        byArrived[percent] = (sum + (100.0 * allocated / capacityMilli), count + 1);
    }

    /// <summary>The allocated share in percent, as the mean over the pods that arrived while arrived demand rounded to this percent.</summary>
    /// <param name="arrivedPercent">Arrived demand in percent of the capacity; the last one reached below it is taken when no pod arrived there.</param>
    public double At(int arrivedPercent)
    {
        var (sum, count) = byArrived.LastOrDefault(e => e.Key <= arrivedPercent).Value;
        return count == 0 ? 0 : sum / count;
    }
}
