using System.Globalization;
using Datahall.Model;

namespace Datahall.Cli.Output;

/// <summary>One column of a kind's table.</summary>
/// <param name="Heading">Its heading, in capitals.</param>
/// <param name="Cell">The cell of a resource, at a time.</param>
/// <param name="WideOnly">Whether it is only shown by <c>-o wide</c>.</param>
internal sealed record Column(string Heading, Func<Resource, DateTimeOffset, Cell> Cell, bool WideOnly = false);

/// <summary>Which columns each kind has.</summary>
internal static class ResourceColumns
{
    private static readonly Column Name = new("NAME", static (r, _) => r.Name);
    private static readonly Column Age = new("AGE", static (r, now) => HumanUnits.Age(r.Created, now));
    private static readonly Column Labels = new("LABELS", static (r, _) => Join(r.Labels), WideOnly: true);

    public static IReadOnlyList<Column> Of(string kind) => kind switch
    {
        ResourceKinds.Node => Nodes(),
        ResourceKinds.Job => Jobs(),
        ResourceKinds.Service => Services(),
        ResourceKinds.Task => Tasks(),
        ResourceKinds.Queue => Queues(),
        _ => Sites(),
    };

    private static Column[] Nodes() =>
    [
        Name,
        Of<Node>("PHASE", static n => Phase.Of(n.Status?.Phase ?? NodePhase.Expected)),
        Of<Node>("MODE", static n => new(Phase.Word(n.Spec.Mode), n.Spec.Mode is NodeMode.Open ? Ink.Plain : Ink.Yellow)),
        Of<Node>("CPU", static n => Capacity(n, static c => c.Cpu.ToString())),
        Of<Node>("MEMORY", static n => Capacity(n, static c => HumanUnits.Bytes(c.Memory.Value))),
        Of<Node>("GPUS", static n => Capacity(n, Devices)),
        Age,
        Of<Node>("ADDRESS", static n => Text(n.Status?.Address), wideOnly: true),
        Of<Node>("DISK", static n => Capacity(n, static c => HumanUnits.Bytes(c.Disk.Value)), wideOnly: true),
        Of<Node>("LIMITS", static n => Text(n.Status?.Limits), wideOnly: true),
        Of<Node>("AGENT", static n => Text(n.Status?.Agent), wideOnly: true),
        Labels,
    ];

    private static Column[] Jobs() =>
    [
        Name,
        Of<Job>("PHASE", static j => Phase.Of(j.Status?.Phase ?? JobPhase.Pending)),
        Of<Job>("TASKS", static j => TasksDone(j)),
        Of<Job>("RESTARTS", static j => Number(j.Status?.Restarts ?? 0)),
        Of<Job>("QUEUE", static j => j.Spec.Queue),
        Age,
        Of<Job>("PRIORITY", static j => Number(j.Spec.Priority), wideOnly: true),
        Of<Job>("GANG", static j => Phase.Word(j.Spec.Gang), wideOnly: true),
        Of<Job>("MESSAGE", static j => j.Status?.Message ?? "", wideOnly: true),
        Labels,
    ];

    private static Column[] Services() =>
    [
        Name,
        Of<Service>("PHASE", static s => Phase.Of(s.Status?.Phase ?? ServicePhase.Starting)),
        Of<Service>("READY", static s => $"{s.Status?.Tasks.Ready ?? 0}/{s.Spec.Replicas}"),
        Of<Service>("VERSION", static s => Number(s.Status?.Target.Number ?? 0)),
        Of<Service>("QUEUE", static s => s.Spec.Queue),
        Age,
        Of<Service>("PRIORITY", static s => Number(s.Spec.Priority), wideOnly: true),
        Of<Service>("MESSAGE", static s => s.Status?.Message ?? "", wideOnly: true),
        Labels,
    ];

    private static Column[] Tasks() =>
    [
        Name,
        Of<TaskResource>("PHASE", static t => Phase.Of(t.Status.Phase)),
        Of<TaskResource>("READY", static t => t.Status.Ready ? "yes" : "no"),
        Of<TaskResource>("NODE", static t => t.Status.Placement?.Node ?? "-"),
        Of<TaskResource>("PID", static t => t.Status.Pid is { } pid ? Number(pid) : "-"),
        Of<TaskResource>("ATTEMPT", static t => Number(t.Status.Attempt)),
        Age,
        Of<TaskResource>("PORT", static t => t.Status.Placement is { Port: > 0 } p ? Number(p.Port) : "-", wideOnly: true),
        Of<TaskResource>("EXIT", Exit, wideOnly: true),
        Of<TaskResource>("DEVICES", static t => t.Status.Placement is { Devices.Count: > 0 } p ? string.Join(',', p.Devices) : "-", wideOnly: true),
        Of<TaskResource>("QUEUE", static t => t.Spec.Queue, wideOnly: true),
        Of<TaskResource>("MESSAGE", static t => t.Status.Message ?? "", wideOnly: true),
    ];

    private static Column[] Queues() =>
    [
        Name,
        Of<Queue>("PARENT", static q => q.Spec.Parent ?? "-"),
        Of<Queue>("CPU LIMIT", static q => q.Spec.Limit?.Cpu?.ToString() ?? "-"),
        Of<Queue>("MEMORY LIMIT", static q => q.Spec.Limit?.Memory?.ToString() ?? "-"),
        Of<Queue>("GPU LIMIT", static q => q.Spec.Limit?.Gpu?.ToString() ?? "-"),
        Age,
        Labels,
    ];

    private static Column[] Sites() =>
    [
        Name,
        Of<Site>("HALLS", static s => Number(s.Spec.Halls.Count)),
        Of<Site>("RACKS", static s => Number(s.Spec.Halls.Sum(static hall => hall.Racks.Count))),
        Of<Site>("POWER", static s => s.Spec.PowerLimit?.ToString() ?? "-"),
        Of<Site>("TIMEZONE", static s => s.Spec.TimeZone ?? "-"),
        Age,
        Of<Site>("DESCRIPTION", static s => s.Spec.Description ?? "", wideOnly: true),
        Labels,
    ];

    private static Column Of<T>(string heading, Func<T, Cell> cell, bool wideOnly = false)
        where T : Resource => new(heading, (resource, _) => cell((T)resource), wideOnly);

    private static Column Of<T>(string heading, Func<T, string> text, bool wideOnly = false)
        where T : Resource => new(heading, (resource, _) => text((T)resource), wideOnly);

    private static string TasksDone(Job job)
    {
        var wanted = job.Spec.Roles.Sum(static role => role.Replicas);
        var tasks = job.Status?.Tasks ?? default;
        return job.Status?.Phase is JobPhase.Succeeded or JobPhase.Failed or JobPhase.Cancelled
            ? $"{tasks.Succeeded}/{wanted} done"
            : $"{tasks.Running + tasks.Succeeded}/{wanted}";
    }

    private static string Exit(TaskResource task) => task.Status switch
    {
        { Signal: { } signal } => $"signal {signal}",
        { ExitCode: { } code } => Number(code),
        _ => "-",
    };

    private static string Capacity(Node node, Func<NodeCapacity, string> text) => node.Status?.Capacity is { } capacity ? text(capacity) : "-";

    private static string Text(string? text) => string.IsNullOrEmpty(text) ? "-" : text;

    private static string Devices(NodeCapacity capacity) => capacity.Devices.Count == 0
        ? "-"
        : string.Join(", ", capacity.Devices.GroupBy(static device => device.Model).Select(static group => $"{group.Count()}x{group.Key}"));

    private static string Join(IReadOnlyDictionary<string, string> labels) =>
        labels.Count == 0 ? "-" : string.Join(',', labels.OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => $"{label.Key}={label.Value}"));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
