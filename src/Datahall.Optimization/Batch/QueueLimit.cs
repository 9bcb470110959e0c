using Datahall.Scheduling.Quota;

namespace Datahall.Optimization.Batch;

/// <summary>One limit of one queue on one resource.</summary>
/// <param name="Asked">What one gang of each group counts for in it; 0 for those outside. Shape [groups].</param>
/// <param name="Left">What may be taken.</param>
/// <param name="LeftByGreedy">What the greedy plan leaves of that.</param>
internal sealed record QueueLimit(IReadOnlyList<long> Asked, long Left, long LeftByGreedy)
{
    /// <summary>The limits that the batch can reach.</summary>
    public static IReadOnlyList<QueueLimit> Of(BatchModel batch)
    {
        var limits = new List<QueueLimit>();
        foreach (var queue in batch.Problem.Queues)
        {
            Add(queue.Left.GpuMilli, static a => a.GpuMilli);
            Add(queue.Left.CpuMilli, static a => a.CpuMilli);
            Add(queue.Left.MemoryBytes, static a => a.MemoryBytes);

            void Add(long left, Func<Amount, long> part)
            {
                var asked = batch.Groups.Select(g => g.First.Line.Contains(queue.Name) ? part(g.Demand) : 0).ToList();
                var all = batch.Groups.Select((g, i) => (decimal)asked[i] * g.Gangs.Count).Sum();
                if (left != long.MaxValue && all > left)
                {
                    limits.Add(new(asked, left, left - batch.GreedyStarts.Select((n, i) => n * asked[i]).Sum()));
                }
            }
        }

        return limits;
    }
}
