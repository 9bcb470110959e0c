using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of rollouts.</summary>
internal static class RolloutRules
{
    private const string Path = "spec.rollout";

    public static void Check(ServiceSpec spec, Findings findings)
    {
        var rollout = spec.Rollout;
        findings.PositiveDuration(rollout.ProgressDeadline, Path, "progressDeadline");
        findings.Duration(rollout.KeepOld, Path, "keepOld");
        if (rollout is { MaxSurge: 0, MaxUnavailable: 0 })
        {
            findings.Add(Path, "with maxSurge and maxUnavailable both 0 no replica can ever be replaced; set one to 1 or more");
        }

        if (rollout is { Strategy: RolloutStrategy.Canary, MaxSurge: 0 })
        {
            findings.Add($"{Path}.maxSurge", "a canary stands beside the old version: set maxSurge to 1 or more");
        }

        if (rollout.Strategy is RolloutStrategy.Shadow && spec.Route is null)
        {
            findings.Add($"{Path}.strategy", "shadow needs spec.route: it is the gateways that copy requests");
        }

        CheckSteps(rollout, findings);
        if (rollout.Analysis is { } analysis)
        {
            CheckAnalysis(spec, analysis, findings);
        }
    }

    private static void CheckSteps(RolloutSpec rollout, Findings findings)
    {
        var (strategy, steps) = (rollout.Strategy, rollout.Steps);
        if (strategy is RolloutStrategy.Canary or RolloutStrategy.Shadow && steps.Count == 0)
        {
            findings.Add($"{Path}.steps", $"{Word(strategy)} needs steps, such as [{{weight: 10, hold: 10m}}]");
        }
        else if (strategy is RolloutStrategy.Rolling && steps.Count > 0)
        {
            findings.Add($"{Path}.steps", "rolling has no steps; write strategy: canary, or leave them out");
        }
        else if (strategy is RolloutStrategy.BlueGreen && steps.Count > 1)
        {
            findings.Add($"{Path}.steps", "blueGreen has one step at most, before its switch; how long the old version stays after it is keepOld");
        }

        for (var i = 0; i < steps.Count; i++)
        {
            CheckStep(strategy, steps, i, findings);
        }
    }

    private static void CheckStep(RolloutStrategy strategy, IReadOnlyList<RolloutStep> steps, int i, Findings findings)
    {
        var (step, path) = (steps[i], string.Create(CultureInfo.InvariantCulture, $"{Path}.steps[{i}]"));
        findings.Duration(step.Hold, path, "hold");
        if (step.Pause == (step.Hold.Milliseconds != 0))
        {
            findings.Add(path, step.Pause ? "hold and pause are both there; keep one" : "it says neither how long it lasts (hold: 10m) nor that it waits for a person (pause: true)");
        }

        if (strategy is RolloutStrategy.BlueGreen && step.Weight != 0)
        {
            findings.Add($"{path}.weight", "blueGreen switches all requests at once: leave the weight out, or write strategy: canary");
        }
        else if (strategy is RolloutStrategy.Canary or RolloutStrategy.Shadow && step.Weight < 1)
        {
            findings.Add($"{path}.weight", "it must be from 1 to 100 per cent");
        }

        if (i > 0 && step.Weight < steps[i - 1].Weight)
        {
            findings.Add($"{path}.weight", string.Create(CultureInfo.InvariantCulture, $"{step.Weight} is below the {steps[i - 1].Weight} of the step before; weights may only grow"));
        }
    }

    private static void CheckAnalysis(ServiceSpec spec, RolloutAnalysis analysis, Findings findings)
    {
        var path = $"{Path}.analysis";
        findings.PositiveDuration(analysis.Interval, path, "interval");
        findings.Duration(analysis.Patience, path, "patience");
        if (analysis is { MaxErrorRate: null, MaxErrorIncrease: null, MaxLatencyRatio: null })
        {
            findings.Add(path, "it has no limit; set maxErrorRate, maxErrorIncrease or maxLatencyRatio");
        }

        if (spec.Route is null)
        {
            findings.Add(path, "it needs spec.route: only gateways count requests");
        }

        if (spec.Rollout.Strategy is RolloutStrategy.Rolling)
        {
            findings.Add(path, "rolling has no step to judge a version in; write strategy: canary, blueGreen or shadow");
        }
        else if (spec.Rollout is { Strategy: RolloutStrategy.BlueGreen, KeepOld.Milliseconds: 0 })
        {
            findings.Add($"{Path}.keepOld", "a blueGreen version is judged while the old one is kept: it must be above 0");
        }
    }

    private static string Word(RolloutStrategy strategy) => strategy is RolloutStrategy.Canary ? "canary" : "shadow";
}
