using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of ensembles.</summary>
internal static class EnsembleRules
{
    public static void Check(EnsembleSpec spec, Findings findings)
    {
        RouteRules.Check(spec.Route, "spec.route", findings);
        findings.Duration(spec.Deadline, "spec", "deadline");
        if (spec.Members.Count == 0)
        {
            findings.Add("spec.members", "an ensemble needs a member");
        }

        for (var i = 0; i < spec.Members.Count; i++)
        {
            findings.AddIf(Names.Label(spec.Members[i].Service), string.Create(CultureInfo.InvariantCulture, $"spec.members[{i}].service"));
        }

        findings.Unique(spec.Members, static member => $"{member.Service}/{member.Model}", "spec.members", "");
        if (spec.Quorum > spec.Members.Count)
        {
            findings.Add("spec.quorum", $"{spec.Quorum} answers can never come from {spec.Members.Count} members");
        }

        if (spec.Combine is not EnsembleCombine.First && spec.Route.Protocol is not RouteProtocol.Oip)
        {
            findings.Add("spec.combine", "only answers of the Open Inference Protocol can be combined: set route.protocol: oip, or combine: first");
        }
    }
}
