using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Quota;

namespace Datahall.Scheduling.Backfill;

/// <summary>Finds when a gang can start, from when running work is expected to end.</summary>
/// <remarks>
/// The reservation of EASY backfilling. Source: Lifka, "The ANL/IBM SP Scheduling System", JSSPP 1995; here a place is found for each task, not only a
/// number of processors. Galloping search: O(log k) trials and O(k) moves in the ledgers, where k endings have to be waited for.
/// </remarks>
public static class EarliestStart
{
    /// <summary>Finds the earliest start; null when the gang does not fit even after all have ended.</summary>
    /// <param name="cluster">What is free; left as it was.</param>
    /// <param name="queues">What the queues hold; left as it was.</param>
    /// <param name="endings">The ends to come, earliest first.</param>
    /// <param name="trial">Finds places for the whole gang in the cluster as it stands, or null.</param>
    /// <returns>How many of the endings it has to wait for, and its places then.</returns>
    public static (int Endings, IReadOnlyList<Holding> Places)? Find(
        ClusterState cluster, QueueLedger queues, IReadOnlyList<Ending> endings, Func<IReadOnlyList<Holding>?> trial)
    {
        var future = new Future(cluster, queues, endings);
        var (low, high, step) = (0, 0, 1);
        var places = trial();
        while (places is null && high < endings.Count)
        {
            (low, high, step) = (high + 1, Math.Min(high + step, endings.Count), step * 2);
            future.MoveTo(high);
            places = trial();
        }

        while (places is not null && low < high)
        {
            var middle = (low + high) / 2;
            future.MoveTo(middle);
            if (trial() is { } earlier)
            {
                (high, places) = (middle, earlier);
            }
            else
            {
                low = middle + 1;
            }
        }

        future.MoveTo(0);
        return places is null ? null : (high, places);
    }

    /// <summary>The ledgers as they will be after some of the endings.</summary>
    private sealed class Future(ClusterState cluster, QueueLedger queues, IReadOnlyList<Ending> endings)
    {
        private int passed;

        public void MoveTo(int count)
        {
            for (; passed < count; passed++)
            {
                foreach (var held in endings[passed].Held)
                {
                    cluster.Give(held.Holding);
                    queues.Give(endings[passed].Queue, held.Charge);
                }
            }

            for (; passed > count; passed--)
            {
                foreach (var held in endings[passed - 1].Held)
                {
                    cluster.Take(held.Holding);
                    queues.Take(endings[passed - 1].Queue, held.Charge);
                }
            }
        }
    }
}
