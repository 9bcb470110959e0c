using System.Text.Json;

namespace Datahall.Server.Console.Simulations;

/// <summary>A scenario's report, as <c>datahall simulate -f FILE -o json</c> writes it.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Site">Its site.</param>
/// <param name="Servers">How many servers.</param>
/// <param name="Seconds">How much time was simulated, in seconds.</param>
/// <param name="Currency">The currency of costs; null without a tariff.</param>
/// <param name="Runs">One for each policy; the first is the baseline.</param>
internal sealed record SimulationReport(string Scenario, string Site, long Servers, double Seconds, string? Currency, IReadOnlyList<SimulationRun> Runs)
{
    private const int MaxRuns = 50;

    /// <summary>Reads a report.</summary>
    /// <exception cref="FormatException">It is none; the message says what is missing.</exception>
    public static SimulationReport Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("runs", out var runs) || runs.ValueKind is not JsonValueKind.Array || runs.GetArrayLength() is 0 or > MaxRuns)
            {
                throw new FormatException($"it has no 'runs', or more than {MaxRuns}");
            }

            return new(
                Text(root, "scenario") ?? throw new FormatException("it has no 'scenario'"),
                Text(root, "site") ?? "",
                (long)(Number(root, "servers") ?? 0),
                Number(root, "seconds") ?? 0,
                Text(root, "currency"),
                [.. runs.EnumerateArray().Select(Run)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // A text may hold half a character.
        {
            throw new FormatException($"it is not JSON: {e.Message}", e);
        }
    }

    private static SimulationRun Run(JsonElement run)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        Flatten(run, "", figures);
        return new(Text(run, "policy") ?? throw new FormatException("a run has no 'policy'"), figures);
    }

    private static void Flatten(JsonElement element, string prefix, Dictionary<string, double> figures)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            throw new FormatException("a run is not an object");
        }

        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Object)
            {
                Flatten(property.Value, $"{prefix}{property.Name}.", figures);
            }
            else if (property.Value.ValueKind is JsonValueKind.Number && property.Value.TryGetDouble(out var figure) && double.IsFinite(figure))
            {
                figures[prefix + property.Name] = figure;
            }
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;
}

/// <summary>What came of one policy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Figures">Its figures; those in objects under <c>object.name</c>.</param>
internal sealed record SimulationRun(string Policy, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>A figure; null when the report has none.</summary>
    public double? Of(string figure) => Figures.TryGetValue(figure, out var value) ? value : null;
}
