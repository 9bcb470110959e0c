using System.Net;
using System.Text.Json;
using Datahall.Control.Agents;
using Datahall.Control.Inputs;
using Datahall.Fleet;
using Datahall.Monitoring.Lines;
using Datahall.Server.Auth;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Datahall.Server.Agents;

/// <summary>The agents' side of the API; the messages are those of <c>Datahall.Control.Agents</c>.</summary>
internal static class AgentEndpoints
{
    // Both ends notice within seconds that the other is gone, although nothing is ordered.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/agent/v1").WithTags("Agents").RequireAuthorization(Roles.Agent);
        group.MapPost("/register", RegisterAsync).WithName("RegisterAgent").WithSummary("An agent presents itself")
            .Accepts<Registration>("application/json").Produces<RegistrationAnswer>();
        group.MapPost("/report", ReportAsync).WithName("Report").WithSummary("An agent says what it has: its heartbeat")
            .Accepts<NodeReport>("application/json").Produces<ReportAnswer>();
        group.MapPost("/readings", PutReadingsAsync).WithName("PutReadings").WithSummary("An agent says what it measured")
            .Accepts<NodeReadings>("application/json").Produces(StatusCodes.Status204NoContent);
        group.MapPost("/leave", LeaveAsync).WithName("Leave").WithSummary("An agent says goodbye; its tasks are stopped by ordinary orders")
            .Accepts<Farewell>("application/json").Produces(StatusCodes.Status204NoContent);
        group.MapGet("/nodes/{node}/orders", StreamOrdersAsync).WithName("Orders").WithSummary("Streams a node's orders as server-sent events");
        group.MapPost("/logs/{id}", DeliverLogAsync).WithName("DeliverLog").WithSummary("The bytes of a log that was asked for")
            .Accepts<byte[]>("application/octet-stream", "*/*").Produces(StatusCodes.Status204NoContent);
        group.MapPost("/logs/{id}/decline", DeclineLogAsync).WithName("DeclineLog").WithSummary("A log that was asked for cannot be read")
            .Accepts<LogDecline>("application/json").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> RegisterAsync(HttpRequest request, AgentGateway gateway, CancellationToken cancellationToken)
    {
        var registration = await ReadAsync<Registration>(request, cancellationToken);
        return AgentMessageCheck.Fault(registration) is { } fault
            ? Problem.BadRequest(fault)
            : Answer(await gateway.RegisterAsync(registration, cancellationToken));
    }

    private static async Task<IResult> ReportAsync(HttpRequest request, AgentGateway gateway, CancellationToken cancellationToken)
    {
        var report = await ReadAsync<NodeReport>(request, cancellationToken);
        return AgentMessageCheck.Fault(report) is { } fault
            ? Problem.BadRequest(fault)
            : Answer(await gateway.ReportAsync(report, cancellationToken));
    }

    private static async Task<IResult> PutReadingsAsync(HttpRequest request, ReadingsStore readings, CancellationToken cancellationToken)
    {
        var message = await ReadAsync<NodeReadings>(request, cancellationToken);
        if (AgentMessageCheck.Fault(message) is { } fault)
        {
            return Problem.BadRequest(fault);
        }

        return readings.TryPut(message) ? TypedResults.NoContent() : Problem.NotFound($"there is no node/{message.Node}: register first");
    }

    private static async Task<IResult> LeaveAsync(HttpRequest request, AgentGateway gateway, CancellationToken cancellationToken)
    {
        var farewell = await ReadAsync<Farewell>(request, cancellationToken);
        return AgentMessageCheck.Fault(farewell.Node, farewell.Session) is { } fault
            ? Problem.BadRequest(fault)
            : Answer(await gateway.LeaveAsync(farewell.Node, farewell.Session, farewell.Reason, cancellationToken));
    }

    private static async Task<IResult> StreamOrdersAsync(
        HttpContext context, string node, string session, AgentGateway gateway, TimeProvider time, ServerStopping stopping)
    {
        using var ended = stopping.Linked(context.RequestAborted);
        if (await gateway.OpenOrdersAsync(node, session, ended.Token) is not { } stream)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"this is not the current session of node/{node}: register again");
        }

        try
        {
            await EventStream.WriteAsync(context, stream.ReadAsync(ended.Token).Select(Event), Quiet, time, ended.Token);
        }
        finally
        {
            gateway.CloseOrders(stream);
        }

        return Results.Empty;
    }

    private static StreamEvent Event(AgentOrder order) => order.Desired is { } desired
        ? new("desired", AgentJson.Write(desired), desired.Revision)
        : new("log", AgentJson.Write(order.Log!), null);

    private static async Task<IResult> DeliverLogAsync(string id, HttpContext context, LogRelay relay, ServerStopping stopping)
    {
        // A followed log is a body without an end, and silent for as long as its task is.
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
        using var ended = stopping.Linked(context.RequestAborted);
        return await relay.DeliverAsync(id, context.Request.Body, ended.Token)
            ? TypedResults.NoContent()
            : Problem.Of((int)HttpStatusCode.Gone, "nobody waits for this log any more");
    }

    private static async Task<IResult> DeclineLogAsync(string id, HttpRequest request, LogRelay relay, CancellationToken cancellationToken) =>
        relay.TryDecline(id, PrintableText.Of((await ReadAsync<LogDecline>(request, cancellationToken)).Reason))
            ? TypedResults.NoContent()
            : Problem.Of((int)HttpStatusCode.Gone, "nobody waits for this log any more");

    private static async Task<T> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken) =>
        (T?)await JsonSerializer.DeserializeAsync(request.Body, AgentJson.Options.GetTypeInfo(typeof(T)), cancellationToken)
            ?? throw new JsonException("null is not a message");

    private static IResult Answer(Outcome outcome) => outcome switch
    {
        Registered registered => Json(registered.Answer),
        Reported reported => Json(reported.Answer),
        Control.Inputs.Accepted => TypedResults.NoContent(),
        Refused refused => Problem.Of(refused),
        _ => throw new InvalidOperationException($"the core answered an agent with {outcome.GetType().Name}"),
    };

    private static FileContentHttpResult Json<T>(T answer) => TypedResults.Bytes(AgentJson.Write(answer), "application/json");
}
