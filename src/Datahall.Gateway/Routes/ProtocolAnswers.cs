using System.Text.Json.Nodes;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Tenancy;
using Datahall.Model;

namespace Datahall.Gateway.Routes;

/// <summary>Requests of a protocol that are about all models together: the gateway answers them itself.</summary>
/// <remarks>Source of the shapes: the Open Inference Protocol v2 with KServe's list of models, and OpenAI's API reference. Rare requests: they may allocate.</remarks>
internal static class ProtocolAnswers
{
    private const string Json = "application/json";

    /// <summary>The answer; null: a replica must give it.</summary>
    public static LocalAnswer? Of(RouteGroup group, ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, TenantState tenant)
    {
        if (!method.SequenceEqual("GET"u8))
        {
            return null;
        }

        return group.Protocol switch
        {
            RouteProtocol.OpenAI when path.SequenceEqual("/v1/models"u8) => Models(group, tenant),
            RouteProtocol.Oip when path.SequenceEqual("/v2"u8) || path.SequenceEqual("/v2/"u8) => Server(),
            RouteProtocol.Oip when path.SequenceEqual("/v2/health/live"u8) => Of(200, new JsonObject { ["live"] = true }),
            RouteProtocol.Oip when path.SequenceEqual("/v2/health/ready"u8) => Ready(group),
            RouteProtocol.Oip when path.SequenceEqual("/v2/models"u8) => Of(200, new JsonObject { ["models"] = Names(group, tenant) }),
            _ => null,
        };
    }

    private static LocalAnswer Models(RouteGroup group, TenantState tenant)
    {
        var list = new JsonArray();
        foreach (var (model, route) in group.Models.Where(pair => tenant.MayUse(pair.Value)))
        {
            list.Add(new JsonObject { ["id"] = model, ["object"] = "model", ["created"] = 0, ["owned_by"] = route.Name });
        }

        return Of(200, new JsonObject { ["object"] = "list", ["data"] = list });
    }

    private static LocalAnswer Server() => Of(200, new JsonObject
    {
        ["name"] = "datahall",
        ["version"] = typeof(ProtocolAnswers).Assembly.GetName().Version?.ToString(3),
        ["extensions"] = new JsonArray("binary_tensor_data", "parameters"),
    });

    private static LocalAnswer Ready(RouteGroup group)
    {
        var ready = group.Routes.All(static route => route.Ensemble is not null || route.HasUsable());
        return Of(ready ? 200 : 400, new JsonObject { ["ready"] = ready });
    }

    private static JsonArray Names(RouteGroup group, TenantState tenant) =>
        [.. group.Models.Where(pair => tenant.MayUse(pair.Value)).Select(static pair => JsonValue.Create(pair.Key))];

    private static LocalAnswer Of(int status, JsonObject body) => new(status, Json, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
}
