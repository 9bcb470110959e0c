using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Control.Scaling;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Explaining;

/// <summary>Says why a resource is as it is, from the state of now.</summary>
internal sealed class Explainer(CoreState state, Autoscaling scaling, PendingReasons pending, PlacedReasons placed)
{
    public Explanation? Explain(ResourceKey key) => state.Find(key) switch
    {
        TaskResource task => ExplainTask(task),
        Job job => ExplainOwner(job.Key, $"job {job.Name} is {Word(job.Status?.Phase)}", job.Status?.Message),
        Service service => ExplainService(service),
        Node node => ExplainNode(node),
        Incident incident => new(incident.Key, $"incident {incident.Name} is {Word(incident.Status.State)}: {incident.Status.Title}",
            [$"its cause is {incident.Status.Cause}", .. incident.Status.Evidence.Select(static item => item.Text), .. incident.Status.Advice]),
        { } other => new(other.Key, $"{other.Key} was last changed in revision {other.Revision}", []),
        null => null,
    };

    private Explanation ExplainService(Service service)
    {
        var explanation = ExplainOwner(service.Key, $"service {service.Name} is {Word(service.Status?.Phase)}", service.Status?.Message);
        return explanation with { Details = [.. scaling.Explain(service), .. explanation.Details] };
    }

    private Explanation ExplainTask(TaskResource task)
    {
        var status = task.Status;
        if (status.Phase is TaskPhase.Pending)
        {
            var gang = GangOf(task);
            return new(task.Key, $"{task.Name} is pending: {pending.Reason(gang)}", [.. LastFailure(task), .. Needs(task), .. pending.Details(gang)]);
        }

        if (status.Placement is { } placement)
        {
            var devices = placement.Devices.Count == 0 ? "" : $", GPU {string.Join(", ", placement.Devices)}";
            return new(task.Key, $"{task.Name} is {Word(status.Phase)} on node {placement.Node}{devices}",
                [.. LastFailure(task), .. placed.Details(task), .. Needs(task), .. status.Message is { } m ? [m] : Array.Empty<string>()]);
        }

        return new(task.Key, $"{task.Name} {Word(status.Phase)}: {status.Message ?? "it ended"}", [.. LastFailure(task)]);
    }

    private Gang GangOf(TaskResource task) => state.Indexes.Gangs.Find(task.GangId())!;

    private Explanation ExplainOwner(ResourceKey key, string summary, string? message)
    {
        var tasks = state.Indexes.TasksOf(key);
        var waiting = tasks.Where(t => t.Status.Phase is TaskPhase.Pending).OrderBy(t => t.Spec.Extra).FirstOrDefault();
        var why = waiting is not null ? pending.Reason(GangOf(waiting)) : message;
        var counts = tasks.Counts;
        return new(key, why is null ? summary : $"{summary}: {why}",
        [
            string.Create(CultureInfo.InvariantCulture, $"{counts.Pending} pending, {counts.Running} placed or running ({counts.Ready} ready), {counts.Stopping} stopping, {counts.Succeeded} succeeded, {counts.Failed} failed"),
            .. waiting is null ? [] : pending.Details(GangOf(waiting)),
            .. tasks.Where(t => t.Status.Phase is TaskPhase.Pending).Take(10).Select(t => $"{t.Name}: {t.Status.Message}"),
            .. tasks.Where(static t => t.Status.LastFailure is not null).Take(10).SelectMany(t => LastFailure(t).Take(1).Select(line => $"{t.Name}: {line}")),
        ]);
    }

    private Explanation ExplainNode(Node node)
    {
        var tasks = state.Indexes.TasksOn(node.Name);
        return new(node.Key, $"node {node.Name} is {Word(node.Status?.Phase ?? NodePhase.Expected)} and {Word(node.Spec.Mode)}{(node.Status?.Message is { } m ? $": {m}" : "")}",
            [$"{tasks.Count} tasks hold a place on it", $"its power is {Word(node.Status?.Power ?? PowerState.Unknown)}, wanted {Word(node.Spec.Power)}{(node.Status?.CanSleep is true ? "" : "; its agent may not put it to sleep")}", .. CapOf(node), .. tasks.Take(20).Select(t => $"{t.Name} ({Word(t.Status.Phase)})")]);
    }

    private static string[] CapOf(Node node)
    {
        var status = node.Status;
        if (node.OrderedCap() is not { } wanted)
        {
            return status?.PowerCap is { Message: { } left } ? [$"it has no power cap any more, but {left}"] : [];
        }

        var force = status switch
        {
            { PowerCap: { Message: { } problem } } => problem,
            { PowerCap.InForce: { } held } => $"in force: its devices are held at {held} together",
            { CapRange: null } => "not in force: its agent has no --allow-power-caps, or no device that can be capped",
            _ => "not in force yet: its agent has not confirmed it",
        };
        return
        [
            $"its power cap is {wanted}; {force}",
            .. node.Spec.PowerCap is { } hand ? [$"cap by hand: {hand}"] : Array.Empty<string>(),
            .. status?.AutomaticCap is { } guard ? [$"automatic cap: {guard.Watts}: {guard.Why}"] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> LastFailure(TaskResource task)
    {
        if (task.Status.LastFailure is not { } failure)
        {
            yield break;
        }

        foreach (var cause in failure.Causes)
        {
            yield return $"attempt {failure.Attempt} failed: {cause.Title}. {cause.Cause} {cause.Advice}{RetryWords(cause.Retry)}";
            foreach (var line in cause.Evidence.Take(1))
            {
                yield return $"its log says: {line}";
            }
        }

        if (failure.Causes.Count == 0)
        {
            yield return $"attempt {failure.Attempt} failed, and its log shows no known failure; its last lines:";
            foreach (var line in failure.LastLines)
            {
                yield return $"  {line}";
            }
        }
    }

    private static string RetryWords(string retry) => retry switch
    {
        "yes" => " Another attempt is likely to help.",
        "elsewhere" => " Another attempt helps on another node.",
        _ => " Another attempt helps only after something was changed.",
    };

    private static string[] Needs(TaskResource task)
    {
        var needs = task.Spec.Template.Resources;
        return [$"it asks for {needs.Cpu} CPUs, {needs.Memory} memory, {needs.Gpu} GPUs{(needs.GpuModels.Count > 0 ? $" of model {string.Join(" or ", needs.GpuModels)}" : "")} in queue {task.Spec.Queue}, priority {task.Spec.Priority}"];
    }

    private static string Word<T>(T value) => (value?.ToString() ?? "pending").ToLowerInvariant();
}
