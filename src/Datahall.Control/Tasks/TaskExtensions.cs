using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Control.Tasks;

/// <summary>What a task's phase means.</summary>
internal static class TaskExtensions
{
    extension(TaskResource task)
    {
        /// <summary>Whether the task holds something of a node: from placement until it is known to have stopped.</summary>
        public bool HoldsPlace() =>
            task.Status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running or TaskPhase.Stopping
            && task.Status.Placement is not null;

        /// <summary>Whether the task is placed and wanted.</summary>
        public bool IsActive() => task.Status.Phase is TaskPhase.Placed or TaskPhase.Starting or TaskPhase.Running;

        /// <summary>Whether the task has ended for good.</summary>
        public bool HasEnded() => task.Status.Phase is TaskPhase.Succeeded or TaskPhase.Failed or TaskPhase.Lost;

        /// <summary>Whether the task runs and is healthy.</summary>
        public bool IsReady() => task.Status is { Phase: TaskPhase.Running, Ready: true };

        /// <summary>Names the gang among all gangs; a task without one is its own, and so is an extra task of an elastic role.</summary>
        public string GangId() => task.Spec is { Gang: { } gang, Extra: false } ? $"{task.Spec.Job}/{gang}" : task.Name;

        /// <summary>Names the gang that an extra task joins; null when the job has no gangs.</summary>
        public string? BaseGangId() => task.Spec.Gang is { } gang ? $"{task.Spec.Job}/{gang}" : null;

        /// <summary>What the task holds of its node; only for one that has a place.</summary>
        public Holding Holding() => task.HoldingAt(task.Status.Placement!);

        /// <summary>What the task would hold at a place.</summary>
        public Holding HoldingAt(Placement placement) => Scheduling.Placement.Holding.Of(task.Spec.Template, placement) with
        {
            Labels = task.Labels.Count == 0 ? null : task.Labels,
        };

        /// <summary>The attempt.</summary>
        public AttemptKey AttemptKey() => new(task.Name, task.Status.Fence);
    }
}
