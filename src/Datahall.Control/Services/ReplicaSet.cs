using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>A service's replicas as they are, and which are missing or superfluous.</summary>
/// <remarks>
/// Fresh replicas are those to keep: of the target version, on a node that is not being drained. All others are old and are replaced the same
/// way, whether their version or their node is the reason, so a drain respects the same surge and unavailability limits as a rollout.
/// </remarks>
internal sealed class ReplicaSet
{
    private readonly ServiceSpec spec;
    private readonly int target;
    private readonly int wanted;
    private readonly List<TaskResource> fresh = [];
    private readonly List<TaskResource> old = [];
    private readonly HashSet<int> indexesInUse = [];

    public ReplicaSet(CoreState state, Service service)
    {
        spec = service.Spec;
        wanted = service.WantedReplicas();
        target = service.Status!.Target.Number;
        foreach (var task in state.Indexes.TasksOf(service.Key))
        {
            if (task.Spec.Version == target)
            {
                indexesInUse.Add(task.Spec.Index);
            }

            if (task.Status.Phase is not TaskPhase.Stopping || task.Status.Reason is TaskLifecycle.Moved)
            {
                var keep = task.Spec.Version == target && !OnDrainingNode(state, task);
                (keep ? fresh : old).Add(task);
            }
        }
    }

    /// <summary>How many replicas to keep are healthy.</summary>
    public int FreshReady => fresh.Count(t => t.IsReady());

    /// <summary>Whether there are replicas to replace.</summary>
    public bool HasOld => old.Count > 0;

    /// <summary>The indexes of the replicas to make now.</summary>
    public IEnumerable<int> Missing()
    {
        var room = old.Count == 0 ? int.MaxValue : wanted + spec.Rollout.MaxSurge - fresh.Count - old.Count;
        var count = Math.Min(wanted - fresh.Count, room);
        var index = 0;
        while (count > 0)
        {
            if (indexesInUse.Add(index))
            {
                count--;
                yield return index;
            }

            index++;
        }
    }

    /// <summary>The replicas to stop now: those above the wanted number, and as many old ones as may be missing.</summary>
    public IEnumerable<TaskResource> Superfluous()
    {
        // Those that do not run yet go first, then the highest indexes.
        var surplus = fresh
            .OrderBy(t => t.IsReady())
            .ThenByDescending(t => t.Spec.Index)
            .Take(Math.Max(0, fresh.Count - wanted));
        var ready = FreshReady + old.Count(t => t.IsReady());
        var spare = ready - (wanted - spec.Rollout.MaxUnavailable);
        var unready = old.Where(t => !t.IsReady());
        var retired = old.Where(t => t.IsReady()).OrderByDescending(t => t.Spec.Index).Take(Math.Max(0, spare));
        return [.. surplus, .. unready, .. retired];
    }

    private static bool OnDrainingNode(CoreState state, TaskResource task) =>
        task.Status.Placement is { } placement && state.Node(placement.Node)?.Spec is { Mode: NodeMode.Draining } or { Power: PowerMode.Asleep };
}
