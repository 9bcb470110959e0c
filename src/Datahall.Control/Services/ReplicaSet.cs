using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>A service's replicas as they are, and which are missing or superfluous for its goal.</summary>
/// <remarks>
/// Fresh replicas are those to keep: of a version that the goal wants, on a node that is not being drained. All others are old and are replaced the same
/// way, whether their version or their node is the reason, so a drain respects the same surge and unavailability limits as a rollout.
/// </remarks>
internal sealed class ReplicaSet
{
    private readonly Service service;
    private readonly ReplicaGoal goal;
    private readonly Dictionary<int, List<TaskResource>> fresh = [];
    private readonly List<TaskResource> old = [];
    private readonly HashSet<(int Version, int Index)> inUse = [];

    public ReplicaSet(CoreState state, Service service)
    {
        this.service = service;
        goal = RolloutPlan.GoalOf(service);
        foreach (var version in goal.Versions)
        {
            fresh[version.Version.Number] = [];
        }

        foreach (var task in state.Indexes.TasksOf(service.Key))
        {
            inUse.Add((task.Spec.Version, task.Spec.Index));
            if (task.Status.Phase is not TaskPhase.Stopping || task.Status.Reason is TaskLifecycle.Moved)
            {
                (!OnDrainingNode(state, task) && fresh.TryGetValue(task.Spec.Version, out var kept) ? kept : old).Add(task);
            }
        }
    }

    /// <summary>Whether there are replicas to replace.</summary>
    public bool HasOld => old.Count > 0;

    /// <summary>How many replicas of a version are to be kept and ready.</summary>
    public int FreshReady(int version) => fresh.TryGetValue(version, out var kept) ? kept.Count(static task => task.IsReady()) : 0;

    /// <summary>How many replicas of a version are ready, to be kept or not.</summary>
    public int Ready(int version) => FreshReady(version) + old.Count(task => task.Spec.Version == version && task.IsReady());

    /// <summary>The versions that the goal does not want and that still have ready replicas, ascending.</summary>
    public IEnumerable<int> Leftover => old.Where(task => task.IsReady() && !fresh.ContainsKey(task.Spec.Version)).Select(static task => task.Spec.Version).Distinct().Order();

    /// <summary>The replicas to make now.</summary>
    public IEnumerable<(ServiceVersion Version, int Index)> Missing()
    {
        var room = goal.Most - old.Count - fresh.Values.Sum(static kept => kept.Count);
        foreach (var (version, replicas) in goal.Versions)
        {
            var count = Math.Min(replicas - fresh[version.Number].Count, room);
            room -= Math.Max(count, 0);
            for (var index = 0; count > 0; index++)
            {
                if (inUse.Add((version.Number, index)))
                {
                    count--;
                    yield return (version, index);
                }
            }
        }
    }

    /// <summary>The replicas to stop now: those above the wanted number and old ones, of which as many that serve as may be missing.</summary>
    public IReadOnlyList<TaskResource> Superfluous()
    {
        // Those that do not run yet go first, then the highest indexes.
        var surplus = goal.Versions.SelectMany(version => fresh[version.Version.Number]
            .OrderBy(static task => task.IsReady())
            .ThenByDescending(static task => task.Spec.Index)
            .Take(Math.Max(0, fresh[version.Version.Number].Count - version.Replicas)));
        TaskResource[] candidates = [.. surplus, .. old.OrderByDescending(static task => task.Spec.Index)];
        var serving = fresh.Values.SelectMany(static kept => kept).Concat(old).Count(task => task.IsReady() && TrafficSplit.Serves(service, task.Spec.Version));
        var spare = serving - (goal.Replicas - service.Spec.Rollout.MaxUnavailable);
        var idle = candidates.Where(task => !task.IsReady() || !TrafficSplit.Serves(service, task.Spec.Version));
        var retired = candidates.Where(task => task.IsReady() && TrafficSplit.Serves(service, task.Spec.Version)).Take(Math.Max(0, spare));
        return [.. idle, .. retired];
    }

    private static bool OnDrainingNode(CoreState state, TaskResource task) =>
        task.Status.Placement is { } placement && state.Node(placement.Node)?.Spec is { Mode: NodeMode.Draining } or { Power: PowerMode.Asleep };
}
