using System.Globalization;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Model.Manifests;
using Datahall.Scheduling.Ordering;
using Datahall.Scheduling.Policies;

namespace Datahall.Control.Applying;

/// <summary>Holds the names in scheduler profiles against what the scheduler has.</summary>
internal static class ProfileChecks
{
    public static IEnumerable<RefusedResource> Errors(SchedulerProfile profile)
    {
        var spec = profile.Spec;
        for (var i = 0; i < spec.Scores.Count; i++)
        {
            if (!PlacementPolicies.Names.Contains(spec.Scores[i].Policy))
            {
                yield return Unknown(profile, string.Create(CultureInfo.InvariantCulture, $"spec.scores[{i}].policy"), "placement policy", spec.Scores[i].Policy, PlacementPolicies.Names);
                yield break;
            }
        }

        if (spec.Order is { } order && !JobOrders.WithinQueue.Contains(order))
        {
            yield return Unknown(profile, "spec.order", "order", order, JobOrders.WithinQueue);
        }

        if (Problem(spec) is { } problem)
        {
            yield return new(profile.Key, spec.Filters.Count > 0 ? "spec.filters" : "spec.scores", problem);
        }
    }

    private static string? Problem(SchedulerProfileSpec spec)
    {
        try
        {
            _ = PlacementProfile.Of(spec, "best-fit");
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private static RefusedResource Unknown(SchedulerProfile profile, string path, string what, string name, IReadOnlyList<string> known)
    {
        var hint = NearestName.Find(name, known) is { } nearest ? $"; did you mean {nearest}?" : "";
        return new(profile.Key, path, $"there is no {what} '{name}'{hint}; there are {string.Join(", ", known)}");
    }
}
