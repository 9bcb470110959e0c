using System.Globalization;

namespace Datahall.Model.Manifests;

/// <summary>Collects the errors of one file up to a limit.</summary>
internal sealed class ErrorList(string file, int limit)
{
    private readonly List<ManifestError> errors = [];

    public int Count => errors.Count;

    public string File => file;

    /// <summary>Whether more errors would not be reported, so that looking for them is a waste.</summary>
    public bool IsFull => errors.Count >= limit;

    public void Add(int line, int column, string path, string message) => Add(new(file, line, column, path, message));

    public void Add(ManifestError error)
    {
        if (!IsFull)
        {
            errors.Add(error);
        }
    }

    /// <summary>Whether an error from <paramref name="start"/> on is about the field, a part of it, or something that contains it.</summary>
    public bool HasErrorAround(string path, int start)
    {
        for (var i = start; i < errors.Count; i++)
        {
            if (Contains(errors[i].Path, path) || Contains(path, errors[i].Path))
            {
                return true;
            }
        }

        return false;
    }

    public IReadOnlyList<ManifestError> InOrder()
    {
        if (errors.Count == 0)
        {
            return [];
        }

        var ordered = errors.OrderBy(static error => error.Line).ThenBy(static error => error.Column).ToList();
        if (IsFull)
        {
            var last = ordered[^1];
            ordered.Add(last with { Path = "", Message = string.Create(CultureInfo.InvariantCulture, $"reading stopped after {limit} errors; mend these first") });
        }

        return ordered;
    }

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || outer.Length == 0 || inner[outer.Length] is '.' or '[');
}
