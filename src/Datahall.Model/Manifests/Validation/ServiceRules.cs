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

        if (health.Http is { Path: not ['/', ..] and var path })
        {
            findings.Add("spec.health.http.path", $"{Wording.Quote(path)} must start with '/'");
        }
        else if (health.Http is { } http && http.Path.Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            findings.Add("spec.health.http.path", $"{Wording.Quote(http.Path)} has a blank; write it as %20");
        }

        findings.PositiveDuration(health.Interval, "spec.health", "interval");
        findings.PositiveDuration(health.Timeout, "spec.health", "timeout");
        findings.PositiveDuration(health.StartTimeout, "spec.health", "startTimeout");
    }
}
