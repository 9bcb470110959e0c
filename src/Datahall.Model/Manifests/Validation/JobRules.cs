using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of jobs.</summary>
internal static class JobRules
{
    private const int MostTasks = 100_000;

    public static void Check(JobSpec spec, Findings findings)
    {
        findings.AddIf(Names.Label(spec.Queue), "spec.queue");
        CheckRoles(spec.Roles, findings);
        findings.PositiveDuration(spec.Deadline, "spec", "deadline");
        findings.Duration(spec.Keep, "spec", "keep");
        BackoffRules.Check(spec.Restart.Backoff, spec.Restart.MaxBackoff, "spec.restart", findings);
    }

    private static void CheckRoles(IReadOnlyList<RoleSpec> roles, Findings findings)
    {
        if (roles.Count == 0)
        {
            findings.Add("spec.roles", "a job needs at least one role");
            return;
        }

        var ends = false;
        var tasks = 0L;
        for (var i = 0; i < roles.Count; i++)
        {
            CheckRole(roles[i], string.Create(CultureInfo.InvariantCulture, $"spec.roles[{i}]"), findings);
            ends |= !roles[i].Daemon;
            tasks += roles[i].Replicas;
        }

        if (!ends)
        {
            findings.Add("spec.roles", "every role is a daemon, so the job would never end; leave 'daemon' out of the role that does the work");
        }

        if (tasks > MostTasks)
        {
            findings.Add("spec.roles", string.Create(CultureInfo.InvariantCulture, $"the roles have {tasks} tasks together; the most is {MostTasks}"));
        }

        findings.Unique(roles, static role => role.Name, "spec.roles", ".name");
    }

    private static void CheckRole(RoleSpec role, string path, Findings findings)
    {
        if (Names.IsServiceVersion(role.Name))
        {
            findings.Add($"{path}.name", $"'{role.Name}' is kept for versions of services; choose a name that is not v and a number");
        }
        else if (Names.Label(role.Name) is { } problem)
        {
            findings.Add($"{path}.name", problem);
        }

        TemplateRules.Check(role, path, findings);
    }
}
