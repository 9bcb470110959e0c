using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of scenarios.</summary>
internal static class ScenarioRules
{
    private const long Hour = 3_600_000;
    private const long Stage = Hour / 4;

    public static void Check(ScenarioSpec spec, Findings findings)
    {
        findings.PositiveDuration(spec.Length, "spec", "length");
        if (spec.Step.Milliseconds is < 1000 or > Hour)
        {
            findings.Add("spec.step", $"{spec.Step} is no step for heat and air; write 1s to 1h");
        }
        else if (spec.Length.Milliseconds % spec.Step.Milliseconds != 0)
        {
            findings.Add("spec.length", $"{spec.Length} is not a whole number of steps of {spec.Step}");
        }

        if (spec.Policies.Count == 0)
        {
            findings.Add("spec.policies", "there is no policy; the first is the baseline, such as {name: fixed, supplyCelsius: 18}");
        }

        for (var i = 0; i < spec.Policies.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.policies[{i}]");
            CheckPolicy(spec.Policies[i], path, findings);
            CheckEmergency(spec, spec.Policies[i].Emergency, $"{path}.emergency", findings);
        }

        for (var i = 0; i < spec.Workload.Count; i++)
        {
            CheckLoad(spec.Workload[i], string.Create(CultureInfo.InvariantCulture, $"spec.workload[{i}]"), findings);
        }

        for (var i = 0; i < spec.Faults.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.faults[{i}]");
            findings.Duration(spec.Faults[i].At, path, "at");
            findings.PositiveDuration(spec.Faults[i].For, path, "for");
        }

        foreach (var (index, _) in spec.Workload.Index().Where(static group => group.Item.Jobs is not null).Skip(1))
        {
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"spec.workload[{index}].jobs"), "only one group can have jobs: one scheduler places them all");
        }

        ScenarioPowerRules.Check(spec, findings);
        for (var i = 0; i < spec.SensorFaults.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.sensorFaults[{i}]");
            findings.Duration(spec.SensorFaults[i].At, path, "at");
            findings.PositiveDuration(spec.SensorFaults[i].For, path, "for");
        }

        findings.Unique(spec.Policies, static policy => policy.Name, "spec.policies", ".name");
        findings.Unique(spec.Workload, static group => group.Name, "spec.workload", ".name");
    }

    private static void CheckPolicy(ScenarioPolicy policy, string path, Findings findings)
    {
        findings.AddIf(Names.Place(policy.Name), $"{path}.name");
        if (policy.BoardLimit is { Value: 0 })
        {
            findings.Add($"{path}.boardLimit", "a limit of 0 W lets nothing run; leave it out when there is none");
        }

        if (policy.Horizon.Milliseconds is < Stage or >= 24 * Hour || policy.Horizon.Milliseconds % Stage != 0)
        {
            findings.Add($"{path}.horizon", $"{policy.Horizon} is no horizon to plan in stages of 15m; write 15m to 23h45m");
        }

        if (policy.HighestCelsius < policy.LowestCelsius)
        {
            findings.Add($"{path}.highestCelsius", string.Create(CultureInfo.InvariantCulture, $"{policy.HighestCelsius} °C is below lowestCelsius, {policy.LowestCelsius} °C"));
        }
    }

    private static void CheckEmergency(ScenarioSpec spec, EmergencyRule? rule, string path, Findings findings)
    {
        if (rule is null)
        {
            return;
        }

        findings.PositiveDuration(rule.Horizon, path, "horizon");
        findings.PositiveDuration(rule.Hold, path, "hold");
        if (rule.Horizon.Milliseconds > 0 && spec.Step.Milliseconds * 3 > rule.Horizon.Milliseconds)
        {
            findings.Add($"{path}.horizon", $"{rule.Horizon} is too short for steps of {spec.Step}: an answer would come too late; make it 3 steps or more, or spec.step shorter");
        }
    }

    private static void CheckLoad(LoadGroup group, string path, Findings findings)
    {
        findings.AddIf(Names.Place(group.Name), $"{path}.name");
        bool[] given = [group.Utilisation is not null, group.Hours is not null, group.Wave is not null, group.File is not null, group.Jobs is not null];
        if (given.Count(static g => g) != 1)
        {
            findings.Add(path, $"{given.Count(static g => g)} loads are given; give one of utilisation, hours, wave, file and jobs");
        }

        if (group.Wave is { } wave && wave.High < wave.Low)
        {
            findings.Add($"{path}.wave.high", string.Create(CultureInfo.InvariantCulture, $"{wave.High} is below low, {wave.Low}"));
        }
    }
}
