using Datahall.Control.Incidents;
using Datahall.Control.Queues;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>When each resource is due, derived from the resource alone.</summary>
internal sealed class Timers
{
    private readonly SortedSet<(DateTimeOffset Due, ResourceKey Key)> queue = new(Comparer<(DateTimeOffset Due, ResourceKey Key)>.Create(
        static (a, b) => a.Due.CompareTo(b.Due) is var byTime and not 0 ? byTime : ResourceKey.Order.Compare(a.Key, b.Key)));

    /// <summary>The earliest time at which something is due.</summary>
    public DateTimeOffset? Next => queue.Count == 0 ? null : queue.Min.Due;

    /// <summary>Takes up one change.</summary>
    public void Change(Resource? before, Resource? after)
    {
        var (was, @is) = (DueOf(before), DueOf(after));
        if (was != @is || was is null)
        {
            if (was is { } old)
            {
                queue.Remove((old, before!.Key));
            }

            if (@is is { } due)
            {
                queue.Add((due, after!.Key));
            }
        }
    }

    /// <summary>Takes the next resource that is due.</summary>
    public bool TryTake(DateTimeOffset now, out ResourceKey key)
    {
        key = default;
        if (queue.Count == 0 || queue.Min.Due > now)
        {
            return false;
        }

        key = queue.Min.Key;
        queue.Remove(queue.Min);
        return true;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private static DateTimeOffset? DueOf(Resource? resource) => resource switch
    {
        TaskResource { Status: { Phase: TaskPhase.Pending, NotBefore: { } notBefore } } => notBefore,
        TaskResource { Status: { Phase: TaskPhase.Stopping, Drain: { } drain } } => drain.Until,
        Job { Status.Finished: { } finished, Spec.Keep: { } keep } => finished + keep.TimeSpan,
        Job { Status: { Finished: null, Stopping: null } } job => Earlier(job.Created + job.Spec.Deadline?.TimeSpan, job.Status.PauseAt),
        Node { Status.PowerDue: { } due } => due,
        Service { Status: { } status } => Earlier(status.ProgressDeadline, status.Rollout?.CheckAt),
        Queue { Status: { } status } when status.Held > 0 || status.Usage > 0 => status.Sampled + QueueUsage.Interval,
        Incident { Status.Resolved: { } resolved } => resolved.At + IncidentBook.Keep,
        _ => null,
    };
}
