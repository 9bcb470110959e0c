using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Planning;

/// <summary>What an apply would do.</summary>
/// <param name="Outcome">The answer it would get.</param>
/// <param name="Tasks">What would become of each task of the jobs and services that were named, by name.</param>
/// <param name="Stopped">The running tasks that would be stopped to make room, by name.</param>
public sealed record ApplyPlan(Outcome Outcome, IReadOnlyList<PlannedTask> Tasks, IReadOnlyList<StoppedTask> Stopped);

/// <summary>What would become of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">Where it would be; null while it would wait.</param>
/// <param name="Devices">Its devices there.</param>
/// <param name="Start">When it would start: now, or about when; null when nothing that can be foreseen makes room.</param>
/// <param name="After">The work whose end it would wait for last.</param>
/// <param name="Reason">Why it would wait; null when it would not.</param>
public sealed record PlannedTask(string Task, string? Node, IReadOnlyList<int> Devices, DateTimeOffset? Start, string? After, string? Reason);

/// <summary>A task that would be stopped.</summary>
/// <param name="Task">The task.</param>
/// <param name="Owner">Its job or service.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="WorkLost">What would be lost, in device-seconds: the time since it last saved its work times what it holds.</param>
public sealed record StoppedTask(string Task, ResourceKey Owner, string Node, double WorkLost);
