using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of autoscaling.</summary>
internal static class AutoscaleRules
{
    private const string Path = "spec.autoscale";

    public static void Check(ServiceSpec spec, AutoscaleSpec scaling, Findings findings)
    {
        if (scaling.Max < scaling.Min)
        {
            findings.Add($"{Path}.max", Text($"{scaling.Max} is below min, {scaling.Min}"));
        }

        CheckSignals(spec, scaling, findings);
        findings.AddIf(scaling.TimeZone is { } zone ? Names.TimeZone(zone) : null, $"{Path}.timeZone");
        for (var i = 0; i < scaling.Schedule.Count; i++)
        {
            if (scaling.Schedule[i].Min > scaling.Max)
            {
                findings.Add(Text($"{Path}.schedule[{i}].min"), Text($"{scaling.Schedule[i].Min} is above max, {scaling.Max}"));
            }
        }

        findings.Duration(scaling.Predict?.Lead, $"{Path}.predict", "lead");
        findings.Duration(scaling.Idle, Path, "idle");
        CheckPace(scaling.Up, "up", findings);
        CheckPace(scaling.Down, "down", findings);
    }

    private static void CheckSignals(ServiceSpec spec, AutoscaleSpec scaling, Findings findings)
    {
        (string Name, bool IsSet)[] traffic =
        [
            ("concurrency", scaling.Concurrency is not null),
            ("requestsPerSecond", scaling.RequestsPerSecond is not null),
            ("queue", scaling.Queue is not null),
            ("latency", scaling.Latency is not null),
        ];
        if (scaling.Schedule.Count == 0 && scaling.GpuUse is null && !traffic.Any(static signal => signal.IsSet))
        {
            findings.Add(Path, "nothing says how many replicas are wanted; set concurrency, requestsPerSecond, queue, latency, gpuUse or a schedule");
        }

        foreach (var (name, _) in traffic.Where(signal => signal.IsSet && spec.Route is null))
        {
            findings.Add($"{Path}.{name}", "only gateways see requests, and the service has no route; give it one with spec.route, or leave this out");
        }

        if (scaling.Predict is not null && spec.Route is null)
        {
            findings.Add($"{Path}.predict", "predictions are made from the requests of the last days, and the service has no route; give it one with spec.route, or leave this out");
        }

        if (scaling.Min == 0 && spec.Route is null)
        {
            findings.Add($"{Path}.min", "without spec.route no request could wake the service from 0 replicas; set min to 1 or more, or give it a route");
        }

        if (scaling.Queue is not null && spec.Route is { Limits.PerReplica: 0 })
        {
            findings.Add($"{Path}.queue", "requests wait only when a replica takes no more than so many at once; set spec.route.limits.perReplica too");
        }

        if (scaling.GpuUse is not null && spec.Resources.Gpu.Milli == 0)
        {
            findings.Add($"{Path}.gpuUse", "the replicas have no GPU; give them some with spec.resources.gpu, or leave this out");
        }

        findings.PositiveDuration(scaling.Latency?.Target, $"{Path}.latency", "target");
    }

    private static void CheckPace(ScalingPace pace, string name, Findings findings)
    {
        findings.Duration(pace.Window, $"{Path}.{name}", "window");
        findings.PositiveDuration(pace.Period, $"{Path}.{name}", "period");
        if (pace.Window?.TimeSpan > TimeSpan.FromHours(1))
        {
            findings.Add($"{Path}.{name}.window", $"{pace.Window} is too long; the most is 1h");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
