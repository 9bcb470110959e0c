using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of the power side of scenarios.</summary>
internal static class ScenarioPowerRules
{
    private const long QuarterHour = 900_000;

    public static void Check(ScenarioSpec spec, Findings findings)
    {
        for (var i = 0; i < spec.Policies.Count; i++)
        {
            if (spec.Policies[i].Capping is { } rule)
            {
                CheckCapping(rule, spec.Policies[i].BoardLimit, string.Create(CultureInfo.InvariantCulture, $"spec.policies[{i}]"), findings);
            }
        }

        for (var i = 0; i < spec.DemandResponse.Count; i++)
        {
            var (asked, path) = (spec.DemandResponse[i], string.Create(CultureInfo.InvariantCulture, $"spec.demandResponse[{i}]"));
            findings.PositiveDuration(asked.For, path, "for");
            if (asked.At.Milliseconds < QuarterHour)
            {
                findings.Add($"{path}.at", $"{asked.At} leaves no 15m before it to compare with; write 15m or later");
            }
        }

        for (var i = 0; i < spec.Faults.Count; i++)
        {
            if (spec.Faults[i] is { Units: not null, Feed: null })
            {
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"spec.faults[{i}].units"), "units of which feed? name it in 'feed'");
            }
        }
    }

    private static void CheckCapping(CappingRule rule, Watts? boardLimit, string path, Findings findings)
    {
        findings.Duration(rule.Hold, $"{path}.capping", "hold");
        findings.Duration(rule.Lag, $"{path}.capping", "lag");
        if (!(rule.Release < rule.Target && rule.Target < rule.Trip))
        {
            findings.Add($"{path}.capping", string.Create(
                CultureInfo.InvariantCulture, $"release {rule.Release}, target {rule.Target} and trip {rule.Trip} must rise; else caps come and go at every reading"));
        }

        if (boardLimit is not null)
        {
            findings.Add($"{path}.boardLimit", "is another way to set the same caps as 'capping'; leave one of them out (a limit of the whole site is spec.powerLimit of the site)");
        }
    }
}
