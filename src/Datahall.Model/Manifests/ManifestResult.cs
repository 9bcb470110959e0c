using Datahall.Model.Manifests.Syntax;
using Datahall.Model.Manifests.Validation;

namespace Datahall.Model.Manifests;

/// <summary>What was read from manifests: the valid resources, and everything that is wrong.</summary>
public sealed class ManifestResult
{
    internal ManifestResult(IReadOnlyList<Resource> resources, IReadOnlyList<ManifestError> errors, IReadOnlyList<ManifestOrigin> origins)
    {
        Resources = resources;
        Errors = errors;
        Origins = origins;
    }

    /// <summary>The resources without an error of their own, in the order of the file; to be applied only when there are no errors.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>Everything that is wrong, in the order of the files and the places in them.</summary>
    public IReadOnlyList<ManifestError> Errors { get; }

    /// <summary>Whether there is nothing wrong.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>Where each resource with a kind and a name stands, also those with errors.</summary>
    internal IReadOnlyList<ManifestOrigin> Origins { get; }

    /// <summary>Takes several files as one set: a resource may be in the set once.</summary>
    /// <param name="files">What was read from each file.</param>
    public static ManifestResult Combine(params IReadOnlyList<ManifestResult> files)
    {
        if (files is [var only])
        {
            return only;
        }

        var errors = new List<ManifestError>();
        var seen = new Dictionary<ResourceKey, ManifestOrigin>();
        foreach (var file in files)
        {
            var doubled = DuplicateResources.Find(file.Origins, seen);
            errors.AddRange(file.Errors.Concat(doubled).OrderBy(static error => error.Line).ThenBy(static error => error.Column));
        }

        return new([.. files.SelectMany(static file => file.Resources)], errors, [.. files.SelectMany(static file => file.Origins)]);
    }

    /// <summary>Finds the place in the files that an error about a resource belongs to.</summary>
    /// <remarks>For errors found after reading, such as a queue that does not exist. The nearest enclosing field when the path is not written out.</remarks>
    /// <param name="error">The error.</param>
    /// <returns>The error with its place; line 1, column 1 of no file when the resource was not read from these files.</returns>
    public ManifestError Locate(ResourceError error)
    {
        foreach (var origin in Origins)
        {
            if (origin.Key == error.Key)
            {
                return origin.Locate(error.Path, error.Message);
            }
        }

        return new("", 1, 1, error.Path, $"{error.Key}: {error.Message}");
    }
}
