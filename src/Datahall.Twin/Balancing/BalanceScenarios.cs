using System.Globalization;

namespace Datahall.Twin.Balancing;

/// <summary>The scenarios that need no file.</summary>
public static class BalanceScenarios
{
    private static readonly Dictionary<string, BalanceScenario> scenarios = new(StringComparer.Ordinal)
    {
        ["homogeneous"] = new(),
        ["half-slow"] = new() { SlowShare = 0.5 },
        ["antagonists"] = new() { Antagonists = new() },
        ["failing"] = new() { Load = 0.7, Failing = new() },
        ["prompts"] = new() { Load = 1.2, Requests = 100_000, Prompts = new() },
        ["single-queue"] = new() { Replicas = 1000, Slots = 1, Gateways = 1, Requests = 4_000_000 },
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. scenarios.Keys];

    /// <summary>Finds one by <c>NAME</c> or <c>NAME@LOAD</c>, such as <c>half-slow@0.7</c>; null when there is none.</summary>
    /// <exception cref="FormatException">The load is no number from 0.01 to 10.</exception>
    public static BalanceScenario? Find(string text)
    {
        var parts = text.Split('@', 2);
        if (!scenarios.TryGetValue(parts[0], out var scenario) || parts.Length == 1)
        {
            return scenario;
        }

        return double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var load) && load is >= 0.01 and <= 10
            ? scenario with { Load = load }
            : throw new FormatException($"'{text}': the load is '{parts[1]}'; it must be a number from 0.01 to 10, such as {parts[0]}@0.7");
    }
}
