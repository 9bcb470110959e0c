namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of where nodes stand.</summary>
internal static class LocationReferences
{
    public static ResourceError? Check(Node node, NodeLocation location, ReferenceSet references)
    {
        var sites = location.Site is null ? references.Names(ResourceKinds.Site) : [location.Site];
        if (sites.Count != 1)
        {
            return new(node.Key, "spec.location", sites.Count == 0
                ? "there is no Site to stand in; apply one with this hall and rack"
                : $"there are several sites; add 'site' with one of {string.Join(", ", sites)}");
        }

        var name = sites.First();
        return references.Find<Site>(ResourceKinds.Site, name) is { } site
            ? CheckRack(node, location, site)
            : new(node.Key, "spec.location.site", NoSite(name, references));
    }

    /// <summary>A flexible job's site must be there when it is named.</summary>
    public static ResourceError? Check(Job job, string? site, ReferenceSet references) =>
        site is not null && references.Find<Site>(ResourceKinds.Site, site) is null ? new(job.Key, "spec.flexible.site", NoSite(site, references)) : null;

    private static string NoSite(string name, ReferenceSet references)
    {
        var known = references.Names(ResourceKinds.Site);
        return $"there is no site {Wording.Quote(name)}{(known.Count == 0 ? "; apply it too" : Wording.Choices(name, known))}";
    }

    private static ResourceError? CheckRack(Node node, NodeLocation location, Site site)
    {
        var hall = site.Spec.Halls.FirstOrDefault(hall => hall.Name == location.Hall);
        if (hall is null)
        {
            return new(node.Key, "spec.location.hall", Missing($"site '{site.Name}' has no hall", location.Hall, site.Spec.Halls.Select(static known => known.Name)));
        }

        return hall.AllRacks().Any(rack => rack.Name == location.Rack)
            ? null
            : new(node.Key, "spec.location.rack", Missing($"hall '{hall.Name}' of site '{site.Name}' has no rack", location.Rack, hall.AllRacks().Select(static known => known.Name)));
    }

    private static string Missing(string what, string name, IEnumerable<string> known)
    {
        string[] names = [.. known];
        return $"{what} {Wording.Quote(name)}{(names.Length == 0 ? "; add it to the Site" : Wording.Choices(name, names))}";
    }
}
