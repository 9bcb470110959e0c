using System.Text.Json;
using System.Text.Json.Nodes;
using Datahall.Cli.Client;

namespace Datahall.Cli.Get;

/// <summary>Puts how queues stand beside what they say, for the table.</summary>
internal static class QueueStandings
{
    /// <summary>The field that holds it, see <see cref="Output.ResourceColumns"/>.</summary>
    public const string Field = "standing";

    /// <summary>The same queues, each with its standing.</summary>
    public static async Task<IReadOnlyList<Received>> AddAsync(ApiClient api, IReadOnlyList<Received> queues, CancellationToken cancellationToken)
    {
        if (queues.Count == 0)
        {
            return queues;
        }

        var answer = await api.GetAsync("/api/v1/top/queues", cancellationToken);
        var standings = answer.Items("items").ToDictionary(static item => item.Text("name") ?? "", StringComparer.Ordinal);
        return [.. queues.Select(queue => standings.TryGetValue(queue.Key.Name, out var standing) ? With(queue, standing) : queue)];
    }

    private static Received With(Received queue, JsonElement standing)
    {
        var json = JsonObject.Create(queue.Json)!;
        json[Field] = JsonObject.Create(standing);
        return Received.Of(JsonElement.Parse(json.ToJsonString()));
    }
}
