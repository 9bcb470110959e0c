using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Model;

namespace Datahall.Control.Queues;

/// <summary>Counts what queues use over time, so that a queue which has had much comes after one which has had little.</summary>
/// <remarks>
/// The share of the cluster that a queue holds is sampled each minute; older samples count less: u' = u × d + s × (1 − d) with d = 2^(−Δt ⁄ half-life).
/// The counts are part of the queue, so they outlive the control plane.
/// </remarks>
internal sealed class QueueUsage(CoreState state, SchedulingSettings settings)
{
    /// <summary>How often a queue is looked at that holds something, or has lately.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const double Forgotten = 1e-4;

    /// <summary>Starts to count for queues that came to hold something in this step.</summary>
    public void Begin()
    {
        foreach (var queue in state.Agenda.Queues)
        {
            foreach (var name in state.Indexes.Queues.Line(queue))
            {
                if (state.Find<Queue>(ResourceKinds.Queue, name) is { Status: null or { Held: 0, Usage: 0 } } idle && HeldBy(name) > 0)
                {
                    state.Put(idle with { Status = new() { Sampled = state.Now, Held = HeldBy(name) } });
                }
            }
        }
    }

    /// <summary>A minute has passed.</summary>
    public void Sample(Queue queue)
    {
        var status = queue.Status!;
        var kept = Math.Pow(2, -(state.Now - status.Sampled) / settings.Fairness.HalfLife.TimeSpan);
        var held = HeldBy(queue.Name);
        var used = (status.Usage * kept) + (Math.Min(1, held) * (1 - kept));
        state.Put(queue with { Status = new() { Sampled = state.Now, Usage = used < Forgotten && held == 0 ? 0 : Math.Round(used, 6), Held = Math.Round(held, 6) } });
    }

    private double HeldBy(string queue) => state.Indexes.Queues.Held(queue).DominantShare(state.Indexes.Capacity);
}
