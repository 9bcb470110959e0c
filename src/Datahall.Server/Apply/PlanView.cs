using Datahall.Control.Planning;
using Datahall.Server.Events;

namespace Datahall.Server.Apply;

/// <summary>What the scheduler would do about an apply.</summary>
/// <param name="Tasks">What would become of each task of the jobs and services that were named, by name.</param>
/// <param name="Stopped">The running tasks that would be stopped to make room, by name.</param>
internal sealed record PlanView(IReadOnlyList<PlannedTaskView> Tasks, IReadOnlyList<StoppedTaskView> Stopped)
{
    public static PlanView Of(ApplyPlan plan) =>
        new([.. plan.Tasks.Select(PlannedTaskView.Of)], [.. plan.Stopped.Select(StoppedTaskView.Of)]);
}

/// <summary>What would become of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">Where it would be; absent while it would wait.</param>
/// <param name="Devices">The indexes of its devices there.</param>
/// <param name="Start">When it would start: now, or about when; absent when nothing that can be foreseen makes room.</param>
/// <param name="After">The work whose end it would wait for last; absent when it would wait for none that is known.</param>
/// <param name="Reason">Why it would wait; absent when it would not.</param>
internal sealed record PlannedTaskView(string Task, string? Node, IReadOnlyList<int> Devices, DateTimeOffset? Start, string? After, string? Reason)
{
    public static PlannedTaskView Of(PlannedTask task) => new(task.Task, task.Node, task.Devices, task.Start, task.After, task.Reason);
}

/// <summary>A task that would be stopped.</summary>
/// <param name="Task">The task.</param>
/// <param name="Owner">Its job or service.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="WorkLostDeviceSeconds">What would be lost, in device-seconds: the time since it last saved its work times what it holds.</param>
internal sealed record StoppedTaskView(string Task, KeyView Owner, string Node, double WorkLostDeviceSeconds)
{
    public static StoppedTaskView Of(StoppedTask task) => new(task.Task, KeyView.Of(task.Owner), task.Node, task.WorkLost);
}
