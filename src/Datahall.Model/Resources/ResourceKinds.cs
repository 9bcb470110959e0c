namespace Datahall.Model;

/// <summary>The kinds of resources, in the order in which manifests that refer to each other are applied.</summary>
public static class ResourceKinds
{
    /// <summary>One installation.</summary>
    public const string Site = nameof(Model.Site);

    /// <summary>A server.</summary>
    public const string Node = nameof(Model.Node);

    /// <summary>A tenant's share.</summary>
    public const string Queue = nameof(Model.Queue);

    /// <summary>How work is ordered, placed and disturbed.</summary>
    public const string SchedulerProfile = nameof(Model.SchedulerProfile);

    /// <summary>Work that ends.</summary>
    public const string Job = nameof(Model.Job);

    /// <summary>Work that stays.</summary>
    public const string Service = nameof(Model.Service);

    /// <summary>Several services behind one route.</summary>
    public const string Ensemble = nameof(Model.Ensemble);

    /// <summary>Somebody who calls models through the gateways.</summary>
    public const string Tenant = nameof(Model.Tenant);

    /// <summary>One running instance of a job's role or of a service.</summary>
    public const string Task = "Task";

    /// <summary>When a metric means that something is wrong.</summary>
    public const string AlertRule = nameof(Model.AlertRule);

    /// <summary>Something wrong: alerts of one cause.</summary>
    public const string Incident = nameof(Model.Incident);

    /// <summary>A site's life to be simulated; a kind of files only, never of the store.</summary>
    public const string Scenario = nameof(Model.Scenario);

    /// <summary>All kinds that are stored, in apply order.</summary>
    public static IReadOnlyList<string> All { get; } = [Site, Node, Queue, SchedulerProfile, Job, Service, Ensemble, Tenant, Task, AlertRule, Incident];

    /// <summary>Finds a kind by what people type: any case, singular or plural, or a short name (<c>no</c>, <c>svc</c>, <c>q</c>).</summary>
    /// <returns>The kind's proper name, or null.</returns>
    public static string? Find(string word) => word.ToLowerInvariant() switch
    {
        "site" or "sites" => Site,
        "node" or "nodes" or "no" => Node,
        "queue" or "queues" or "q" => Queue,
        "schedulerprofile" or "schedulerprofiles" or "profile" or "profiles" => SchedulerProfile,
        "job" or "jobs" => Job,
        "service" or "services" or "svc" => Service,
        "ensemble" or "ensembles" => Ensemble,
        "tenant" or "tenants" => Tenant,
        "task" or "tasks" => Task,
        "alertrule" or "alertrules" => AlertRule,
        "incident" or "incidents" or "inc" => Incident,
        _ => null,
    };
}
