using System.Globalization;
using Datahall.Model;

namespace Datahall.Scheduling.Policies;

/// <summary>Scores that are weighed together, and filters besides those that always hold.</summary>
/// <param name="Scores">The scores with their weights; at least one.</param>
/// <param name="Filters">The names of the filters.</param>
public sealed record PlacementProfile(IReadOnlyList<WeightedScore> Scores, IReadOnlyList<string> Filters)
{
    /// <summary>The profile in one canonical text, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join(',', Scores.Select(s => s.ToString()).Concat(Filters));

    /// <summary>What a SchedulerProfile says.</summary>
    /// <param name="spec">The profile.</param>
    /// <param name="fallback">The policy of the installation, for a profile without scores.</param>
    /// <exception cref="ArgumentException">It names a score or a filter that does not exist.</exception>
    public static PlacementProfile Of(SchedulerProfileSpec spec, string fallback)
    {
        var scores = spec.Scores.Count > 0 ? [.. spec.Scores.Select(s => new WeightedScore(s.Policy, s.Weight))] : Parse(fallback).Scores;
        var profile = new PlacementProfile(scores, spec.Filters);
        profile.Check();
        return profile;
    }

    /// <summary>Reads a text such as <c>fragmentation:3,energy:1,keep-gpu-nodes</c>: scores with their weights (1 unless said), and filters.</summary>
    /// <exception cref="ArgumentException">It names a score or a filter that does not exist, or a weight that is no number above 0.</exception>
    public static PlacementProfile Parse(string text)
    {
        var (scores, filters) = (new List<WeightedScore>(), new List<string>());
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 && NodeFilters.Names.Contains(part))
            {
                filters.Add(part);
                continue;
            }

            scores.Add(colon < 0 ? new(part, 1) : new(part[..colon], WeightOf(part, part[(colon + 1)..])));
        }

        var profile = new PlacementProfile(scores, filters);
        profile.Check();
        return profile;
    }

    private static double WeightOf(string part, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight is > 0 and <= 1000
            ? weight
            : throw new ArgumentException($"the weight in '{part}' must be a number above 0 and at most 1000");

    private void Check()
    {
        if (Scores.Count == 0)
        {
            throw new ArgumentException($"a profile needs a score; there are {string.Join(", ", PlacementPolicies.Names)}");
        }

        foreach (var score in Scores)
        {
            _ = PlacementPolicies.Single(score.Policy);
            if (Scores.Count + Filters.Count > 1 && score.Policy == PlacementPolicies.Random)
            {
                throw new ArgumentException("random stands alone: it has no score that could be weighed, and no filters");
            }
        }

        if (Filters.FirstOrDefault(f => NodeFilters.Find(f) is null) is { } unknown)
        {
            throw new ArgumentException($"there is no filter '{unknown}'; there are {string.Join(", ", NodeFilters.Names)}");
        }
    }
}

/// <summary>A score and its weight.</summary>
/// <param name="Policy">The policy that scores.</param>
/// <param name="Weight">How much its points count, above 0.</param>
public readonly record struct WeightedScore(string Policy, double Weight)
{
    /// <inheritdoc/>
    public override string ToString() => Weight == 1 ? Policy : string.Create(CultureInfo.InvariantCulture, $"{Policy}:{Weight:0.######}");
}
