using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of nodes.</summary>
internal static class NodeRules
{
    public static void Check(NodeSpec spec, Findings findings)
    {
        for (var i = 0; i < spec.Taints.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"spec.taints[{i}]");
            findings.AddIf(Names.LabelKey(spec.Taints[i].Key), $"{at}.key");
            findings.AddIf(Names.LabelValue(spec.Taints[i].Value), $"{at}.value");
        }

        for (var i = 0; i < spec.Exporters.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"spec.exporters[{i}]");
            findings.AddIf(Names.Label(spec.Exporters[i].Name), $"{at}.name");
            findings.AddIf(Names.UrlPath(spec.Exporters[i].Path), $"{at}.path");
        }

        findings.Unique(spec.Exporters, static exporter => exporter.Name, "spec.exporters", ".name");
        if (spec.PowerCap is { Value: <= 0 })
        {
            findings.Add("spec.powerCap", "is 0W; write what the node's devices may draw together, such as 400W, or leave it out for no cap");
        }

        findings.Unique(spec.Taints, static taint => taint.Key, "spec.taints", ".key");
        if (spec.Location is { } location)
        {
            findings.AddIf(location.Site is { } site ? Names.Resource(ResourceKinds.Site, site) : null, "spec.location.site");
            findings.AddIf(Names.Place(location.Hall), "spec.location.hall");
            findings.AddIf(Names.Place(location.Rack), "spec.location.rack");
        }
    }
}
