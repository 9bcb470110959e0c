using System.Globalization;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Finds resources that are in a set twice.</summary>
internal static class DuplicateResources
{
    /// <param name="origins">What is added to the set.</param>
    /// <param name="seen">What is in the set; receives what is added.</param>
    public static List<ManifestError> Find(IReadOnlyList<ManifestOrigin> origins, Dictionary<ResourceKey, ManifestOrigin> seen)
    {
        var errors = new List<ManifestError>();
        foreach (var origin in origins)
        {
            if (seen.TryAdd(origin.Key, origin))
            {
                continue;
            }

            var first = seen[origin.Key].Locate("name", "");
            var message = string.Create(
                CultureInfo.InvariantCulture, $"{origin.Key} is given twice, first at {first.File}:{first.Line}:{first.Column}; rename or remove one");
            errors.Add(origin.Locate("name", message));
        }

        return errors;
    }
}
