namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of services.</summary>
internal static class ServiceRules
{
    public static void Check(ServiceSpec spec, Findings findings)
    {
        findings.AddIf(Names.Label(spec.Queue), "spec.queue");
        findings.AddIf(Names.Label(spec.Profile), "spec.profile");
        findings.Duration(spec.Disruption.MinRuntime, "spec.disruption", "minRuntime");
        TemplateRules.Check(spec, "spec", findings);
        BackoffRules.Check(spec.Backoff, spec.MaxBackoff, "spec", findings);
        RolloutRules.Check(spec, findings);
        if (spec.Health is { } health)
        {
            CheckHealth(health, findings);
        }

        findings.AddIf(spec.Metrics is { } metrics ? Names.UrlPath(metrics.Path) : null, "spec.metrics.path");
        if (spec.Route is { } route)
        {
            RouteRules.Check(route, "spec.route", findings);
        }

        if (spec.Autoscale is { } scaling)
        {
            AutoscaleRules.Check(spec, scaling, findings);
        }
    }

    private static void CheckHealth(HealthCheck health, Findings findings)
    {
        if ((health.Tcp is null) == (health.Http is null))
        {
            findings.Add("spec.health", health.Tcp is null
                ? "no check is named; write tcp: {} or http: {path: /healthz}"
                : "tcp and http are both named; keep one");
        }

        findings.AddIf(health.Http is { } http ? Names.UrlPath(http.Path) : null, "spec.health.http.path");
        findings.PositiveDuration(health.Interval, "spec.health", "interval");
        findings.PositiveDuration(health.Timeout, "spec.health", "timeout");
        findings.PositiveDuration(health.StartTimeout, "spec.health", "startTimeout");
    }
}
