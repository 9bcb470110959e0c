using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Collects what is wrong with one resource; costs nothing while nothing is.</summary>
internal sealed class Findings(Resource resource)
{
    /// <summary>The longest time that anything may take: 100 years, far from where dates end.</summary>
    private static readonly Duration longest = new(36_525L * 86_400_000);

    private List<ResourceError>? errors;

    public IReadOnlyList<ResourceError> All => errors is null ? [] : errors;

    public void Add(string path, string message) => (errors ??= []).Add(new(resource.Key, path, message));

    /// <summary>Adds each problem that a rule found.</summary>
    public void AddIf(string? problem, string path)
    {
        if (problem is not null)
        {
            Add(path, problem);
        }
    }

    /// <summary>A time that may be 0.</summary>
    public void Duration(Duration? duration, string path, string field)
    {
        if (duration?.Milliseconds > longest.Milliseconds)
        {
            Add($"{path}.{field}", $"{duration} is too long; the most is {longest}");
        }
    }

    /// <summary>A time that makes no sense as 0.</summary>
    public void PositiveDuration(Duration? duration, string path, string field)
    {
        if (duration is { Milliseconds: <= 0 })
        {
            Add($"{path}.{field}", "must be longer than 0");
        }

        Duration(duration, path, field);
    }

    /// <summary>Names that must differ, such as those of a job's roles.</summary>
    public void Unique<T>(IReadOnlyList<T> items, Func<T, string> name, string path, string field)
    {
        if (items.Count < 2)
        {
            return;
        }

        var seen = new Dictionary<string, int>(items.Count, StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var word = name(items[i]);
            if (!seen.TryAdd(word, i))
            {
                Add(
                    string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]{field}"),
                    string.Create(CultureInfo.InvariantCulture, $"{Wording.Quote(word)} is given twice, first as {path}[{seen[word]}]"));
            }
        }
    }
}
