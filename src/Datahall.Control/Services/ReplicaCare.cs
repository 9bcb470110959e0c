using Datahall.Control.Core;
using Datahall.Control.Tasks;
using Datahall.Control.Traffic;
using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>Replaces replicas that only traffic can tell are broken: their own health check passes, but gateways get no answers from them, or failures.</summary>
/// <remarks>
/// One at a time for each service, with a back-off: a mistake costs one replica. A replica is never replaced for failures that its siblings have too,
/// for then the version is bad, or something that all depend on.
/// </remarks>
internal sealed class ReplicaCare(CoreState state, TrafficBook traffic, TaskLifecycle tasks)
{
    // How far back failures are counted, and how many answers make a share of them mean something.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private const int LeastAnswers = 20;

    // Far above its siblings: so many times their share, and at least this share.
    private const double FarAbove = 5;
    private const double LeastErrorRate = 0.1;

    private static readonly Duration FirstBackoff = Duration.FromSeconds(60);
    private static readonly Duration LongestBackoff = Duration.FromSeconds(1800);

    /// <summary>Replaces at most one replica.</summary>
    public void Look(Service service)
    {
        if (service.Spec.Route is not { Ejection.ReplaceAfter: { Milliseconds: > 0 } after } || Waits(service))
        {
            return;
        }

        if ((FindOut(service, after) ?? FindFailing(service)) is not { } found)
        {
            return;
        }

        var status = service.Status!;
        var again = status.Replacement is { } last && state.Now - last.At <= LongestBackoff.TimeSpan;
        tasks.Stop(found.Replica, StopThen.Remove, "Broken", found.Why);
        state.Warn(service.Key, "ReplicaReplaced", $"{found.Replica.Name}: {found.Why}, though its health check passes: another takes its place");
        state.Put(service with { Status = status with { Replacement = new() { At = state.Now, Count = again ? status.Replacement!.Count + 1 : 1 } } });
    }

    private bool Waits(Service service) =>
        service.Status!.Replacement is { } last && state.Now < last.At + Backoff.After(last.Count, FirstBackoff, LongestBackoff);

    // No answers at all. When no sibling gets requests either, only a lone replica is restarted: all of many are not broken by themselves.
    private (TaskResource Replica, string Why)? FindOut(Service service, Duration after)
    {
        var outOfOrder = traffic.Out(service);
        foreach (var found in outOfOrder.Where(found => found.Time >= after.TimeSpan))
        {
            if (Ready(found.Replica) is { } replica && SiblingsOf(service, replica) is { } siblings
                && (siblings.Count == 0 || siblings.Any(sibling => outOfOrder.All(other => other.Replica != Attempt(sibling)))))
            {
                return (replica, $"gateways have sent it no requests for {Duration.FromSeconds(Math.Floor(found.Time.TotalSeconds))}{(found.Why is null ? "" : $" ({found.Why})")}");
            }
        }

        return null;
    }

    private (TaskResource Replica, string Why)? FindFailing(Service service)
    {
        var seen = traffic.Over(service, Window).Replicas;
        foreach (var (attempt, answers) in seen.OrderBy(static replica => replica.Key.Task, StringComparer.Ordinal))
        {
            if (answers.Total < LeastAnswers || answers.ErrorRate < LeastErrorRate
                || Ready(attempt) is not { } replica || SiblingsOf(service, replica) is not { Count: > 0 } siblings)
            {
                continue;
            }

            var others = siblings.Aggregate(default(AnswerCounts), (sum, sibling) => sum + seen.GetValueOrDefault(Attempt(sibling)));
            if (others.Total >= LeastAnswers && answers.ErrorRate >= FarAbove * others.ErrorRate)
            {
                return (replica, $"{Percent(answers.ErrorRate)} of its answers failed in the last minute, {Percent(others.ErrorRate)} of its siblings'");
            }
        }

        return null;
    }

    private TaskResource? Ready(ReplicaAttempt attempt) =>
        state.Task(attempt.Task) is { } task && task.Status.Attempt == attempt.Attempt && task.IsReady() ? task : null;

    // The other replicas of its version; null while one of them is on its way, so that never two are missing because of this.
    private List<TaskResource>? SiblingsOf(Service service, TaskResource replica)
    {
        var siblings = state.Indexes.TasksOf(service.Key).Where(task => task.Spec.Version == replica.Spec.Version && task.Name != replica.Name).ToList();
        return siblings.TrueForAll(static sibling => sibling.IsReady()) ? siblings : null;
    }

    private static ReplicaAttempt Attempt(TaskResource task) => new(task.Name, task.Status.Attempt);

    private static string Percent(double share) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
