using Datahall.Model.Manifests.Validation;

namespace Datahall.Model.Manifests;

/// <summary>Holds one resource against the rules that it can break by itself.</summary>
/// <remarks>Pure. What a resource refers to is for <see cref="ReferenceValidator"/>; the ranges of numbers are checked while reading.</remarks>
public static class ResourceValidator
{
    /// <summary>Everything that is wrong with the resource; empty when it is valid. O(size of the resource).</summary>
    public static IReadOnlyList<ResourceError> Check(Resource resource)
    {
        var findings = new Findings(resource);
        if (resource is not (TaskResource or Incident))
        {
            findings.AddIf(Names.Resource(resource.Kind, resource.Name), "name");
        }

        LabelRules.Check(resource.Labels, "labels", findings);
        if (resource.Revision < 0)
        {
            findings.Add("revision", "a revision is 0 (any) or more");
        }

        switch (resource)
        {
            case Job job:
                JobRules.Check(job.Spec, findings);
                break;
            case Service service:
                ServiceRules.Check(service.Spec, findings);
                break;
            case Site site:
                SiteRules.Check(site.Spec, findings);
                break;
            case Node node:
                NodeRules.Check(node.Spec, findings);
                break;
            case Queue queue:
                QueueRules.Check(queue, findings);
                break;
            case SchedulerProfile profile:
                SchedulerProfileRules.Check(profile, findings);
                break;
            case Ensemble ensemble:
                EnsembleRules.Check(ensemble.Spec, findings);
                break;
            case Tenant tenant:
                TenantRules.Check(tenant.Spec, findings);
                break;
            case AlertRule rule:
                AlertRuleRules.Check(rule.Spec, findings);
                break;
            case Scenario scenario:
                ScenarioRules.Check(scenario.Spec, findings);
                break;
        }

        return findings.All;
    }
}
