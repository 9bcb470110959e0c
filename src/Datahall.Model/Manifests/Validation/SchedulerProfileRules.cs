using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of scheduler profiles. Which policies and filters there are is known to the scheduler, which checks the names.</summary>
internal static class SchedulerProfileRules
{
    public static void Check(SchedulerProfile profile, Findings findings)
    {
        var spec = profile.Spec;
        findings.Unique(spec.Scores, static score => score.Policy, "spec.scores", ".policy");
        if (spec.Scores.Count > 0 && spec.Scores.All(static score => score.Weight == 0))
        {
            findings.Add("spec.scores", "every weight is 0, so nothing would be weighed; give one a weight above 0");
        }

        findings.PositiveDuration(spec.Fairness?.HalfLife, "spec.fairness", "halfLife");
        findings.Duration(spec.Preemption?.MinRuntime, "spec.preemption", "minRuntime");
        findings.Duration(spec.Rebalancing?.Interval, "spec.rebalancing", "interval");
        findings.PositiveDuration(spec.Sleep?.Idle, "spec.sleep", "idle");
        findings.PositiveDuration(spec.Sleep?.WakeTimeout, "spec.sleep", "wakeTimeout");
        if (profile.Name != SchedulerProfile.Default)
        {
            foreach (var (section, given) in Whole(spec).Where(static s => s.Given))
            {
                findings.Add($"spec.{section}", string.Create(
                    CultureInfo.InvariantCulture, $"'{section}' holds for the whole installation: write it into the profile '{SchedulerProfile.Default}'; other profiles have scores and filters"));
            }
        }
    }

    private static IEnumerable<(string Section, bool Given)> Whole(SchedulerProfileSpec spec) =>
    [
        ("order", spec.Order is not null),
        ("fairness", spec.Fairness is not null),
        ("backfill", spec.Backfill is not null),
        ("preemption", spec.Preemption is not null),
        ("rebalancing", spec.Rebalancing is not null),
        ("sleep", spec.Sleep is not null),
    ];
}
