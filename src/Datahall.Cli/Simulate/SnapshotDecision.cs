using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Cli.Client;
using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Cli.Simulate;

/// <summary>What the scheduler decides in the first step after a snapshot.</summary>
/// <param name="Now">The time of the step.</param>
/// <param name="Revision">The revision it starts from.</param>
/// <param name="Nodes">How many nodes there are.</param>
/// <param name="Tasks">How many tasks there are.</param>
/// <param name="Placed">The tasks that get a place, by name.</param>
/// <param name="Stopped">The tasks that are stopped, by name.</param>
/// <param name="Reservations">The room that is kept, by gang.</param>
/// <param name="Pending">The jobs and services of which tasks still wait, each with the reason.</param>
internal sealed record SnapshotDecision(
    DateTimeOffset Now,
    long Revision,
    int Nodes,
    int Tasks,
    IReadOnlyList<PlacedDecision> Placed,
    IReadOnlyList<StoppedDecision> Stopped,
    IReadOnlyList<ReservedDecision> Reservations,
    IReadOnlyList<PendingDecision> Pending)
{
    /// <summary>Lets a core that was made of a snapshot take its step.</summary>
    public static SnapshotDecision Of(ControlCore core, CoreSnapshot snapshot)
    {
        var before = snapshot.Start.Resources.OfType<TaskResource>().ToDictionary(static task => task.Name, StringComparer.Ordinal);
        var step = core.Step([], snapshot.Now);
        var changed = step.Batch?.Changes.Select(static change => change.Resource).OfType<TaskResource>().OrderBy(static task => task.Name, StringComparer.Ordinal).ToList() ?? [];
        return new(
            snapshot.Now,
            snapshot.Start.Revision,
            snapshot.Start.Resources.Count(static resource => resource is Node),
            before.Count,
            [.. changed.Where(task => IsPlaced(before.GetValueOrDefault(task.Name), task)).Select(PlacedDecision.Of)],
            [.. changed.Where(task => IsStopped(before.GetValueOrDefault(task.Name), task)).Select(StoppedDecision.Of)],
            [.. core.Reservations.OrderBy(static kept => kept.Gang, StringComparer.Ordinal).Select(static kept => new ReservedDecision(kept.Gang, kept.Start, kept.After))],
            [.. Waiting(core).Select(key => PendingDecision.Of(core.Explain(key)!))]);
    }

    // A task that is stopped and placed again has another fence.
    private static bool IsPlaced(TaskResource? before, TaskResource after) =>
        after.Status is { Phase: TaskPhase.Placed, Placement: not null } && before?.Status.Fence != after.Status.Fence;

    private static bool IsStopped(TaskResource? before, TaskResource after) =>
        after.Status.Phase is TaskPhase.Stopping && before?.Status.Phase is not TaskPhase.Stopping;

    private static IEnumerable<ResourceKey> Waiting(ControlCore core) => core.Resources.OfType<TaskResource>()
        .Where(static task => task.Status.Phase is TaskPhase.Pending)
        .Select(static task => task.Spec.Owner).Distinct().Order(ResourceKey.Order);
}

/// <summary>A task that gets a place.</summary>
internal sealed record PlacedDecision(string Task, string Node, IReadOnlyList<int> Devices, long Score)
{
    public static PlacedDecision Of(TaskResource task) =>
        new(task.Name, task.Status.Placement!.Node, task.Status.Placement.Devices, task.Status.Placement.Score);
}

/// <summary>A task that is stopped; the gang that it makes room for is absent when it is stopped for another reason.</summary>
internal sealed record StoppedDecision(string Task, ResourceKey Owner, string? Node, string? For, string? Reason)
{
    public static StoppedDecision Of(TaskResource task) =>
        new(task.Name, task.Spec.Owner, task.Status.Placement?.Node, task.Status.PreemptedBy, task.Status.Message);
}

/// <summary>Room that is kept for a gang until it starts.</summary>
internal sealed record ReservedDecision(string Gang, DateTimeOffset Start, string? After);

/// <summary>A job or service of which tasks wait, and why.</summary>
internal sealed record PendingDecision(ResourceKey Key, string Summary, IReadOnlyList<string> Details)
{
    public static PendingDecision Of(Explanation why) => new(why.Key, why.Summary, why.Details);
}

/// <summary>The decision's JSON; what is not there is left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotDecision))]
[JsonSerializable(typeof(ApplyAnswer))]
internal sealed partial class DecisionJson : JsonSerializerContext;
