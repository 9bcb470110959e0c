using Datahall.Control.Core;
using Datahall.Scheduling.Ordering;

namespace Datahall.Control.Placing;

/// <summary>Who comes first among the gangs of one queue: higher priority, then the smaller key of the profile's order, then first come.</summary>
internal sealed class WaitingLine(CoreState state, SchedulingSettings settings, RunTimes times)
{
    // Keys are estimates: only one that is clearly smaller is a reason to stop somebody.
    private const double Patience = 1.15;

    private IJobOrder order = JobOrders.Create(JobOrders.Fifo, state.Indexes.Curve);

    /// <summary>The order in force, by name.</summary>
    public string Name => settings.Order;

    private bool IsFifo => settings.Order == JobOrders.Fifo;

    /// <summary>The gangs that wait in a queue, the first first.</summary>
    public IReadOnlyList<Gang> Of(string queue) => IsFifo ? [.. state.Indexes.Gangs.WaitingIn(queue)] : Sort(state.Indexes.Gangs.WaitingIn(queue));

    /// <summary>Some gangs of one queue, the first first.</summary>
    public IReadOnlyList<Gang> Sort(IEnumerable<Gang> gangs) => IsFifo
        ? [.. gangs.Order(GangIndex.FirstCome)]
        : [.. gangs.Select(g => (Gang: g, Key: KeyOf(g))).OrderByDescending(g => g.Gang.Priority).ThenBy(g => g.Key).ThenBy(g => g.Gang, GangIndex.FirstCome).Select(g => g.Gang)];

    /// <summary>Whether one gang stands before another of the same queue.</summary>
    public bool StandsBefore(Gang gang, Gang other) =>
        (gang.Priority == other.Priority ? KeyOf(gang).CompareTo(KeyOf(other)) : other.Priority.CompareTo(gang.Priority)) is var byOrder and not 0
            ? byOrder < 0
            : GangIndex.FirstCome.Compare(gang, other) < 0;

    /// <summary>Whether the order alone gives a waiting gang the better right to the room of a running job of the same queue and priority.</summary>
    public bool GoesAhead(Gang gang, Gang running) =>
        !IsFifo && gang.First.Spec.Job is not null && running.First.Spec.Job is not null && KeyOf(gang) * Patience < KeyOf(running);

    private IJobOrder InForce() => order.Name == settings.Order ? order : order = JobOrders.Create(settings.Order, state.Indexes.Curve);

    // Replicas have no end: they come before jobs of their priority, first come, first served.
    private double KeyOf(Gang gang)
    {
        if (IsFifo || gang.First.Spec.Job is null)
        {
            return 0;
        }

        var attained = times.Attained(gang);
        var total = times.Estimate(gang.First)?.Time.TotalSeconds;
        var milli = gang.Members.Sum(m => m.Spec.Template.Resources.Gpu.Milli);
        var pool = state.Indexes.Capacity.Amount.GpuMilli;
        return InForce().Key(new(
            (gang.Since - DateTimeOffset.UnixEpoch).TotalSeconds,
            Math.Max(1, (int)(milli / 1000)),
            attained,
            total is { } all ? Math.Max(0, all - attained) : null,
            total,
            QueueShare: 0,
            pool == 0 ? 0 : (double)milli / pool));
    }
}
