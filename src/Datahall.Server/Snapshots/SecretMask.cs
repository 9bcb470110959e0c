using Datahall.Model;

namespace Datahall.Server.Snapshots;

/// <summary>Hides the values of environment variables: a snapshot goes to whoever looks into a problem, and no decision depends on them.</summary>
internal static class SecretMask
{
    private const string Hidden = "***";

    /// <summary>The same resource with every value of every <c>env</c> replaced by <c>***</c>; names and command lines stay.</summary>
    public static Resource Of(Resource resource) => resource switch
    {
        Job job => job with { Spec = job.Spec with { Roles = [.. job.Spec.Roles.Select(static role => role with { Env = Of(role.Env) })] } },
        Service service => service with { Spec = service.Spec with { Env = Of(service.Spec.Env) }, Status = Of(service.Status) },
        TaskResource task => task with { Spec = task.Spec with { Template = Of(task.Spec.Template) } },
        _ => resource,
    };

    private static ServiceStatus? Of(ServiceStatus? status) => status is null
        ? null
        : status with { Target = Of(status.Target)!, Stable = Of(status.Stable), Rejected = Of(status.Rejected) };

    private static ServiceVersion? Of(ServiceVersion? version) => version is null ? null : version with { Template = Of(version.Template) };

    private static TaskTemplate Of(TaskTemplate template) => template.Env.Count == 0 ? template : template with { Env = Of(template.Env) };

    private static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> env) =>
        env.Count == 0 ? env : env.ToDictionary(static variable => variable.Key, static _ => Hidden, StringComparer.Ordinal);
}
