using System.Globalization;
using Datahall.Model;

namespace Datahall.Server.Console.Jobs;

/// <summary>How far a job's tasks are.</summary>
internal static class JobTasks
{
    /// <summary>Those that run or have succeeded, of those that are wanted: <c>3/4</c>, of an elastic job <c>3/2–8</c>.</summary>
    public static string Of(Job job)
    {
        var (min, max) = (job.Spec.Roles.Sum(static role => role.Replicas.Min), job.Spec.Roles.Sum(static role => role.Replicas.Max));
        var tasks = job.Status?.Tasks ?? default;
        return string.Create(CultureInfo.InvariantCulture, $"{tasks.Running + tasks.Succeeded}/{min}{(min == max ? "" : "–")}{(min == max ? "" : max)}");
    }
}
