using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model;

namespace Datahall.Cli.Output;

/// <summary>One column of a kind's table.</summary>
/// <param name="Heading">Its heading, in capitals.</param>
/// <param name="Cell">The cell of a resource, at a time.</param>
/// <param name="WideOnly">Whether it is only shown by <c>-o wide</c>.</param>
internal sealed record Column(string Heading, Func<JsonElement, DateTimeOffset, Cell> Cell, bool WideOnly = false);

/// <summary>Which columns each kind has.</summary>
internal static class ResourceColumns
{
    private const string None = "-";

    // On which grounds work is stopped for other work, and whether a profile that is silent about one has it.
    private static readonly (string Name, bool IsGiven)[] Rights = [("priority", true), ("reclaim", true), ("order", false)];

    private static readonly Column Name = Text("NAME", "name");
    private static readonly Column Age = new("AGE", static (r, now) => HumanUnits.Age(r.Time("created"), now));
    private static readonly Column Queue = Of("QUEUE", static r => r.Text("spec", "queue") ?? Model.Queue.Default);
    private static readonly Column Labels = Wide(Of("LABELS", static r => Join(r.At("labels"))));
    private static readonly Column Message = Wide(Of("MESSAGE", static r => r.Text("status", "message") ?? ""));
    private static readonly Column Priority = Wide(Of("PRIORITY", static r => Digits(r.Number("spec", "priority"))));

    // What a job or service used so far: at the servers, at the grid, the part of cooling in that, what it cost and emitted.
    private static readonly Column[] Energy =
    [
        Wide(Of("IT-ENERGY", static r => r.Real("status", "energy", "itKilowattHours") is var it && r.At("status", "energy") is not null ? HumanUnits.KilowattHours(it ?? 0) : None)),
        Wide(Of("ENERGY", static r => r.Real("status", "energy", "facilityKilowattHours") is { } all ? HumanUnits.KilowattHours(all) : None)),
        Wide(Of("COOLING", static r => r.Real("status", "energy", "coolingKilowattHours") is { } cooling ? HumanUnits.KilowattHours(cooling) : None)),
        Wide(Of("COST", static r => r.Real("status", "energy", "cost") is { } cost ? $"{HumanUnits.Number(cost, "0.00##")} {r.Text("status", "energy", "currency")}" : None)),
        Wide(Of("CO2E", static r => r.Real("status", "energy", "carbonGrams") is { } grams ? HumanUnits.Grams(grams) : None)),
    ];

    private static readonly Column[] Nodes =
    [
        Name,
        Phases("expected"),
        Of("MODE", static n => n.Text("spec", "mode") is { } mode and not "open" ? new Cell(mode, Ink.Yellow) : "open"),
        Text("CPU", "status", "capacity", "cpu"),
        Amount("MEMORY", "status", "capacity", "memory"),
        Of("GPUS", static n => Devices(n)),
        Age,
        Wide(Text("ADDRESS", "status", "address")),
        Wide(Amount("DISK", "status", "capacity", "disk")),
        Wide(Of("CAP", static n => Cap(n))),
        Wide(Text("LIMITS", "status", "limits")),
        Wide(Text("AGENT", "status", "agent")),
        Wide(Of("LABELS", static n => Join(n.At("labels") ?? n.At("status", "labels")))),
    ];

    private static readonly Column[] Jobs =
    [
        Name,
        Phases("pending"),
        Of("TASKS", static j => TasksDone(j)),
        Of("RESTARTS", static j => Digits(j.Number("status", "restarts"))),
        Queue,
        Age,
        Priority,
        Wide(Of("GANG", static j => j.Text("spec", "gang") ?? "all")),
        Wide(Of("PREEMPTIONS", static j => Digits(j.Number("status", "preemptions")))),
        Wide(new("SAVED", static (j, now) => HumanUnits.Age(j.Time("status", "checkpointed"), now))),
        .. Energy,
        Message,
        Labels,
    ];

    private static readonly Column[] Services =
    [
        Name,
        Phases("starting"),
        Of("READY", static s => $"{s.Number("status", "tasks", "ready")}/{s.Number("spec", "replicas")}"),
        Of("VERSION", static s => Digits(s.Number("status", "target", "number"))),
        Queue,
        Age,
        Priority,
        .. Energy,
        Message,
        Labels,
    ];

    private static readonly Column[] Tasks =
    [
        Name,
        Phases("pending"),
        Of("READY", static t => t.At("status", "ready")?.ValueKind is JsonValueKind.True ? "yes" : "no"),
        Text("NODE", "status", "placement", "node"),
        Text("PID", "status", "pid"),
        Of("ATTEMPT", static t => Digits(t.Number("status", "attempt"))),
        Age,
        Wide(Text("PORT", "status", "placement", "port")),
        Wide(Of("EXIT", static t => t.Text("status", "signal") is { } signal ? $"signal {signal}" : t.Text("status", "exitCode") ?? None)),
        Wide(Of("DEVICES", static t => string.Join(',', t.Items("status", "placement", "devices")) is { Length: > 0 } devices ? devices : None)),
        Wide(Queue),
        Message,
    ];

    private static readonly Column[] Queues =
    [
        Name,
        Text("PARENT", "spec", "parent"),
        Of("WEIGHT", static q => q.Text("spec", "weight") ?? "1"),
        Of("GUARANTEE", static q => QueueAmounts.Named(q.At("spec", "guarantee"))),
        Of("LIMIT", static q => QueueAmounts.Named(q.At("spec", "limit"))),
        Of("HELD", static q => QueueAmounts.Standing(q, "held")),
        Of("FAIR-SHARE", static q => QueueAmounts.Standing(q, "fairShare")),
        Of("WAITING", static q => QueueAmounts.Standing(q, "waiting")),
        Age,
        Wide(Of("USAGE", static q => q.At("standing", "usage") is { } usage ? HumanUnits.Number(100 * usage.GetDouble(), "0.#") + "%" : None)),
        Labels,
    ];

    private static readonly Column[] Profiles =
    [
        Name,
        Of("SCORES", static p => List(p.Items("spec", "scores").Select(static s => s.Text("weight") is { } weight and not "1" ? $"{s.Text("policy")}*{weight}" : s.Text("policy")))),
        Of("FILTERS", static p => List(p.Items("spec", "filters").Select(static f => f.GetString()))),
        Text("ORDER", "spec", "order"),
        Of("PREEMPTION", static p => Preemption(p.At("spec", "preemption"))),
        Age,
        Wide(Text("RESERVATIONS", "spec", "backfill", "reservations")),
        Wide(Text("HALF-LIFE", "spec", "fairness", "halfLife")),
        Wide(Text("MEMORY", "spec", "fairness", "memory")),
        Wide(Text("REBALANCING", "spec", "rebalancing", "interval")),
        Labels,
    ];

    private static readonly Column[] Sites =
    [
        Name,
        Of("HALLS", static s => Digits(s.Items("spec", "halls").Count())),
        Of("RACKS", static s => Digits(s.Items("spec", "halls").Sum(static hall => hall.Items("racks").Count() + hall.Items("rows").Sum(static row => row.Number("racks") is { } racks ? (int)racks : 1)))),
        Text("POWER", "spec", "powerLimit"),
        Text("TIMEZONE", "spec", "timeZone"),
        Age,
        Wide(Of("DESCRIPTION", static s => s.Text("spec", "description") ?? "")),
        Labels,
    ];

    private static readonly Column[] Ensembles =
    [
        Name,
        Of("COMBINE", static e => e.Text("spec", "combine") ?? "mean"),
        Of("MEMBERS", static e => List(e.Items("spec", "members").Select(static m => m.Text("service")))),
        Of("QUORUM", static e => e.Text("spec", "quorum") ?? "all"),
        Age,
        Labels,
    ];

    private static readonly Column[] Tenants =
    [
        Name,
        Of("KEYS", static t => Digits(t.Items("spec", "keys").Count())),
        Of("MODELS", static t => t.Items("spec", "models").Any() ? List(t.Items("spec", "models").Select(static m => m.GetString())) : "all"),
        Text("REQUESTS/MIN", "spec", "requestsPerMinute"),
        Text("TOKENS/MIN", "spec", "tokensPerMinute"),
        Priority,
        Age,
        Wide(Of("WEIGHT", static t => t.Text("spec", "weight") ?? "1")),
        Wide(Text("CONCURRENCY", "spec", "concurrency")),
        Labels,
    ];

    private static readonly Column[] AlertRules =
    [
        Name,
        Of("KIND", static r => r.Text("spec", "kind") ?? "threshold"),
        Text("METRIC", "spec", "metric"),
        Of("WHEN", static r => r.Text("spec", "compare") is { } compare ? $"{compare} {r.Text("spec", "value") ?? "0"}" : "nothing came"),
        Of("FOR", static r => r.Text("spec", "for") ?? "0s"),
        Of("SEVERITY", static r => Severity(r.Text("spec", "severity"))),
        Of("STATE", static r => r.At("spec", "disabled")?.ValueKind is JsonValueKind.True ? new Cell("disabled", Ink.Faint) : "enabled"),
        Wide(Of("MATCHERS", static r => List(r.Items("spec", "matchers").Select(static m => m.GetString())))),
        Wide(Text("RUNBOOK", "spec", "runbook")),
        Labels,
    ];

    private static readonly Column[] Incidents =
    [
        Name,
        Phases("firing", "state"),
        Of("SEVERITY", static i => Severity(i.Text("status", "severity"))),
        Text("CAUSE", "status", "cause"),
        Of("ALERTS", static i => $"{Digits(i.Items("status", "alerts").Count(static alert => alert.At("ended") is null))}/{Digits(i.Items("status", "alerts").Count())}"),
        Of("AFFECTED", static i => Digits(i.Items("status", "affected").Count())),
        Age,
        Text("TITLE", "status", "title"),
        Wide(Text("TAKEN-BY", "status", "acknowledged", "by")),
        Wide(new("CHANGED", static (i, now) => HumanUnits.Age(i.Time("status", "changed"), now))),
        Wide(Text("MERGED-INTO", "status", "mergedInto")),
    ];

    public static IReadOnlyList<Column> Of(string kind) => kind switch
    {
        ResourceKinds.AlertRule => AlertRules,
        ResourceKinds.Incident => Incidents,
        ResourceKinds.Ensemble => Ensembles,
        ResourceKinds.Tenant => Tenants,
        ResourceKinds.Node => Nodes,
        ResourceKinds.Job => Jobs,
        ResourceKinds.Service => Services,
        ResourceKinds.Task => Tasks,
        ResourceKinds.Queue => Queues,
        ResourceKinds.SchedulerProfile => Profiles,
        _ => Sites,
    };

    private static Column Of(string heading, Func<JsonElement, Cell> cell) => new(heading, (resource, _) => cell(resource));

    private static Column Text(string heading, params string[] path) =>
        Of(heading, resource => resource.Text(path) is { Length: > 0 } text ? text : None);

    private static Column Amount(string heading, params string[] path) =>
        Of(heading, resource => Bytes.TryParse(resource.Text(path), out var bytes) ? HumanUnits.Bytes(bytes.Value) : None);

    private static Column Phases(string first, string field = "phase") => Of(field.ToUpperInvariant(), resource => Phase.Of(resource.Text("status", field) ?? first));

    /// <summary>How bad something is, coloured.</summary>
    public static Cell Severity(string? word) => new(word ?? None, word switch
    {
        "critical" => Ink.Red,
        "info" => Ink.Faint,
        _ => Ink.Yellow,
    });

    private static Column Wide(Column column) => column with { WideOnly = true };

    private static string TasksDone(JsonElement job)
    {
        var wanted = Wanted(job);
        var succeeded = job.Number("status", "tasks", "succeeded");
        return job.Text("status", "phase") is "succeeded" or "failed" or "cancelled"
            ? $"{succeeded}/{wanted} done"
            : $"{job.Number("status", "tasks", "running") + succeeded}/{wanted}";
    }

    // An elastic role says {min, max}, any other a number.
    private static string Wanted(JsonElement job)
    {
        var (min, max) = (0L, 0L);
        foreach (var role in job.Items("spec", "roles"))
        {
            var isRange = role.At("replicas") is { ValueKind: JsonValueKind.Object };
            min += isRange ? role.Number("replicas", "min") : role.Number("replicas");
            max += isRange ? role.Number("replicas", "max") : role.Number("replicas");
        }

        return min == max ? Digits(min) : $"{Digits(min)}-{Digits(max)}";
    }

    private static string Preemption(JsonElement? preemption) => preemption is { } given
        ? List(Rights.Where(right => given.At(right.Name)?.GetBoolean() ?? right.IsGiven).Select(right => right.Name), nothing: "off")
        : None;

    private static string List(IEnumerable<string?> words, string nothing = None) => string.Join(',', words) is { Length: > 0 } list ? list : nothing;

    private static string Devices(JsonElement node) => string.Join(", ", node
        .Items("status", "capacity", "devices")
        .GroupBy(static device => device.Text("model"))
        .Select(static group => $"{group.Count()}x{group.Key}")) is { Length: > 0 } devices ? devices : None;

    // What is ordered is the lower of both; in force is what the agent read back.
    private static Cell Cap(JsonElement node)
    {
        string?[] caps = [node.Text("spec", "powerCap"), node.Text("status", "automaticCap", "watts")];
        var watts = caps.Select(static text => Watts.TryParse(text, out var cap) ? cap : (Watts?)null).OfType<Watts>().OrderBy(static cap => cap.Value).ToList();
        return watts is not [var lowest, ..] ? None
            : node.Text("status", "powerCap", "inForce") is not null && node.Text("status", "powerCap", "message") is null ? lowest.ToString()
            : new Cell($"{lowest} (not in force)", Ink.Yellow);
    }

    private static string Join(JsonElement? labels) => labels is { } all
        ? string.Join(',', all.EnumerateObject().OrderBy(static label => label.Name, StringComparer.Ordinal).Select(static label => $"{label.Name}={label.Value}"))
        : None;

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}
