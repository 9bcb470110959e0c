using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of jobs.</summary>
internal static class JobRules
{
    private const int MostTasks = 100_000;

    private static readonly Duration longestWait = new(14L * 86_400_000);

    public static void Check(JobSpec spec, Findings findings)
    {
        findings.AddIf(Names.Label(spec.Queue), "spec.queue");
        findings.AddIf(Names.Label(spec.Profile), "spec.profile");
        CheckRoles(spec.Roles, findings);
        findings.PositiveDuration(spec.Duration, "spec", "duration");
        findings.PositiveDuration(spec.Checkpoint?.Interval, "spec.checkpoint", "interval");
        if (spec.Checkpoint is { } checkpoint && string.IsNullOrWhiteSpace(checkpoint.Path))
        {
            findings.Add("spec.checkpoint.path", "not a path; name the file or directory that each checkpoint writes to");
        }

        findings.Duration(spec.Disruption.MinRuntime, "spec.disruption", "minRuntime");
        findings.PositiveDuration(spec.Deadline, "spec", "deadline");
        findings.Duration(spec.Keep, "spec", "keep");
        CheckFlexible(spec, findings);
        BackoffRules.Check(spec.Restart.Backoff, spec.Restart.MaxBackoff, "spec.restart", findings);
    }

    private static void CheckFlexible(JobSpec spec, Findings findings)
    {
        if (spec.Flexible is not { } flexible)
        {
            return;
        }

        findings.PositiveDuration(flexible.Within, "spec.flexible", "within");
        if (flexible.Within.Milliseconds > longestWait.Milliseconds)
        {
            findings.Add("spec.flexible.within", $"{flexible.Within} is too long; prices are not known for longer than {longestWait}");
        }

        findings.AddIf(flexible.Site is { } site ? Names.Resource(ResourceKinds.Site, site) : null, "spec.flexible.site");
        if (flexible.Interruptible && (spec.Checkpoint is null || spec.Duration is null))
        {
            findings.Add("spec.flexible.interruptible", spec.Checkpoint is null
                ? "a job that is stopped half-way needs spec.checkpoint, from which it goes on"
                : "needs spec.duration: from it is counted how much of the work is left");
        }
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
            tasks += roles[i].Replicas.Max;
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

        if (role.Replicas.Max < role.Replicas.Min)
        {
            findings.Add($"{path}.replicas", string.Create(CultureInfo.InvariantCulture, $"max {role.Replicas.Max} is below min {role.Replicas.Min}"));
        }

        TemplateRules.Check(role, path, findings);
    }
}
