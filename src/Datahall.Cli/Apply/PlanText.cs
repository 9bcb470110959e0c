using System.Globalization;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Apply;

/// <summary>What the scheduler would do, in words.</summary>
internal static class PlanText
{
    private const int FewTasks = 4;
    private const int MostNodes = 12;

    /// <summary>Where each task would be, then who would be stopped.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The time that starts are counted from.</param>
    /// <param name="detail">How much of it.</param>
    public static IEnumerable<string> Lines(PlanMessage plan, DateTimeOffset now, PlanDetail detail)
    {
        if (plan.Tasks.Count > 0)
        {
            yield return "where the tasks would be:";
        }

        foreach (var role in plan.Tasks.GroupBy(static task => Role(task.Task), StringComparer.Ordinal))
        {
            foreach (var line in Placed(role.Key, [.. role.Where(static task => task.Node is not null)], detail).Concat(Waiting(role.Key, role.Where(static task => task.Node is null), now)))
            {
                yield return $"  {line}";
            }
        }

        if (plan.Stopped.Count > 0)
        {
            yield return "who would be stopped to make room:";
        }

        foreach (var role in plan.Stopped.GroupBy(static task => Role(task.Task), StringComparer.Ordinal))
        {
            foreach (var line in detail is PlanDetail.Roles && role.Count() > FewTasks ? [Summary(role.Key, [.. role])] : role.OrderBy(static task => Index(task.Task)).Select(Line))
            {
                yield return $"  {line}";
            }
        }
    }

    private static IEnumerable<string> Placed(string role, IReadOnlyList<PlannedTaskMessage> tasks, PlanDetail detail) => detail is PlanDetail.Roles && tasks.Count > FewTasks
        ? [$"{role}: {tasks.Count} tasks on {Nodes(tasks.Select(static task => task.Node!))}"]
        : tasks.OrderBy(static task => Index(task.Task)).Select(static task => $"{task.Task}: {task.Node}{Devices(task.Devices ?? [])}");

    // Those who wait for the same reason do so in one line: a gang is one.
    private static IEnumerable<string> Waiting(string role, IEnumerable<PlannedTaskMessage> tasks, DateTimeOffset now) => tasks
        .GroupBy(task => Wait(task, now), StringComparer.Ordinal)
        .Select(fate => fate.Count() == 1 ? $"{fate.Single().Task} waits: {fate.Key}" : $"{role}: {fate.Count()} tasks wait: {fate.Key}");

    private static string Line(StoppedTaskMessage task) => $"{task.Task} of {task.Owner} on {task.Node}: {Lost(task.WorkLostDeviceSeconds)}";

    private static string Summary(string role, IReadOnlyList<StoppedTaskMessage> tasks) =>
        $"{role}: {tasks.Count} tasks of {tasks[0].Owner} on {Nodes(tasks.Select(static task => task.Node))}: {Lost(tasks.Sum(static task => task.WorkLostDeviceSeconds))}";

    private static string Wait(PlannedTaskMessage task, DateTimeOffset now)
    {
        var reason = task.Reason ?? "no reason is known";
        return task.Start is { } start
            ? string.Create(CultureInfo.InvariantCulture, $"{reason}; would start about {start:u} (in {HumanUnits.Age(now, start)}){(task.After is { } after ? $", after {after}" : "")}")
            : $"{reason}; when it would start cannot be foreseen";
    }

    private static string Nodes(IEnumerable<string> nodes)
    {
        var counts = nodes.CountBy(static node => node, StringComparer.Ordinal).OrderBy(static node => node.Key, StringComparer.Ordinal).ToList();
        var shown = string.Join(", ", counts.Take(MostNodes).Select(static node => $"{node.Key} ({node.Value})"));
        return counts.Count > MostNodes ? $"{shown} and {counts.Count - MostNodes} more nodes" : shown;
    }

    /// <summary>The devices after a node's name; nothing when there are none.</summary>
    public static string Devices(IReadOnlyList<int> devices) => devices.Count switch
    {
        0 => "",
        1 => $", GPU {devices[0]}",
        _ => $", GPUs {string.Join(", ", devices)}",
    };

    private static string Lost(double deviceSeconds) => deviceSeconds < 3600
        ? $"{HumanUnits.Number(deviceSeconds, "0.#")} device-seconds of work lost"
        : $"{HumanUnits.Number(deviceSeconds / 3600, "0.#")} device-hours of work lost";

    // Tasks are named JOB.ROLE.INDEX or SERVICE.vVERSION.INDEX.
    private static string Role(string task) => task.LastIndexOf('.') is var dot and > 0 ? task[..dot] : task;

    private static int Index(string task) =>
        int.TryParse(task.AsSpan(task.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : 0;
}

/// <summary>How much of a plan is told.</summary>
internal enum PlanDetail
{
    /// <summary>A line for every task.</summary>
    Tasks,

    /// <summary>A line for a role with many tasks.</summary>
    Roles,
}
