using System.Text.Json;
using Datahall.Cli.Client;

namespace Datahall.Cli.Output;

/// <summary>What queues are given and hold, in few characters: <c>gpu=8,H100=4,cpu=64,memory=1Ti</c>.</summary>
internal static class QueueAmounts
{
    private const string None = "-";
    private const string Memory = "memory";
    private static readonly string[] Plain = ["cpu", Memory];

    /// <summary>The amounts of a spec; a dash for none.</summary>
    public static string Named(JsonElement? amounts)
    {
        if (amounts is not { } given)
        {
            return None;
        }

        var models = given.At("gpuModels")?.EnumerateObject().OrderBy(static model => model.Name, StringComparer.Ordinal).Select(static model => $"{model.Name}={model.Value}") ?? [];
        var parts = Part("gpu").Concat(models).Concat(Plain.SelectMany(Part));
        return string.Join(',', parts) is { Length: > 0 } text ? text : None;

        IEnumerable<string> Part(string field) => given.Text(field) is { } value ? [$"{field}={value}"] : [];
    }

    /// <summary>One figure of a queue's standing, of GPUs where it has to do with any, else of processors and memory; a dash for nothing.</summary>
    public static string Standing(JsonElement queue, string figure)
    {
        var resources = queue.Items("standing", "resources").Select(static r => (Name: r.Text("resource") ?? "", Json: r)).ToList();
        var gpus = resources.Where(static r => !Plain.Contains(r.Name)).OrderBy(static r => r.Name is "gpu" ? 0 : 1).ThenBy(static r => r.Name, StringComparer.Ordinal).ToList();
        var parts = (gpus.Count > 0 ? gpus : resources)
            .Select(r => (r.Name, Value: r.Json.At(figure)?.GetDouble() ?? 0))
            .Where(static r => r.Value != 0)
            .Select(static r => $"{r.Name}={Text(r.Name, r.Value)}");
        return string.Join(',', parts) is { Length: > 0 } text ? text : None;
    }

    /// <summary>An amount of a resource, in processors, bytes or devices.</summary>
    public static string Text(string resource, double amount) => resource is Memory ? HumanUnits.Bytes(amount) : HumanUnits.Number(amount, "0.##");
}
