using System.Net;
using Datahall.Control.Inputs;
using Datahall.Gateway.Feed;
using Datahall.Gateway.Routes;
using Datahall.Model;
using Datahall.Model.Traffic;
using Datahall.Server.Auth;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Gateways;

/// <summary>What gateways say of their traffic, and what is known of a service's.</summary>
internal static class GatewayEndpoints
{
    // Both ends notice within seconds that the other is gone, although nothing changes.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UsualWindow = TimeSpan.FromMinutes(1);

    public static void MapGateways(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/gateways/{name}/traffic", TakeAsync).WithTags("Gateways").WithName("PutTraffic").WithSummary("A gateway says what it saw since it last did")
            .Accepts<TrafficReport>("application/json").Produces(StatusCodes.Status204NoContent).RequireAuthorization(Roles.Agent);
        routes.MapGet("/api/v1/gateways/{name}/routes", StreamRoutesAsync).WithTags("Gateways").WithName("WatchRoutes").WithSummary("Everything that a gateway works by, and again whenever it changes")
            .RequireAuthorization(Roles.Agent);
        routes.MapGet("/api/v1/services/{name}/traffic", ReadAsync).WithTags("Gateways").WithName("GetTraffic").WithSummary("What the gateways saw of a service in the last minutes");
    }

    private static async Task<IResult> StreamRoutesAsync(HttpContext context, string name, string? metrics, RouteBook book, TimeProvider time, ServerStopping stopping)
    {
        using var ended = stopping.Linked(context.RequestAborted);
        using var membership = book.Join(name, MetricsOf(metrics, context.Connection.RemoteIpAddress));
        await EventStream.WriteAsync(context, book.WatchAsync(ended.Token).Select(Event), Quiet, time, ended.Token);
        return Results.Empty;
    }

    // A gateway knows its port, but not always by which address others reach it: then by the one that it comes from.
    private static string? MetricsOf(string? metrics, IPAddress? from) => metrics is null || !IPEndPoint.TryParse(metrics, out var at)
        ? null
        : new IPEndPoint(at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any) ? from is { IsIPv4MappedToIPv6: true } ? from.MapToIPv4() : from ?? at.Address : at.Address, at.Port).ToString();

    private static StreamEvent Event(GatewayConfig config) => new("routes", GatewayJson.Write(config), config.Revision);

    private static async Task<IResult> TakeAsync(string name, HttpRequest request, ControlLoop loop, CancellationToken cancellationToken)
    {
        var report = await TrafficJson.ReadAsync(request.Body, cancellationToken);
        if (report.Gateway != name)
        {
            return Problem.BadRequest($"the report is of gateway '{report.Gateway}', the call names '{name}': a gateway reports for itself only");
        }

        return await loop.SubmitAsync(new ObserveTraffic(report), cancellationToken) switch
        {
            Control.Inputs.Accepted => TypedResults.NoContent(),
            Refused refused => Problem.Of(refused),
            var other => throw new InvalidOperationException($"the core answered a gateway with {other.GetType().Name}"),
        };
    }

    private static async Task<Results<Ok<ServiceTrafficView>, Problem>> ReadAsync(string name, string? window, ControlLoop loop, CancellationToken cancellationToken)
    {
        var length = UsualWindow;
        if (window is not null)
        {
            if (!Duration.TryParse(window, out var given) || given.Milliseconds <= 0)
            {
                return Problem.BadRequest($"window is '{window}': it must be a length of time above 0, such as 60s");
            }

            length = given.TimeSpan;
        }

        return await loop.AskAsync(core => ServiceTrafficView.Of(core, name, length), cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : Problem.NotFound($"there is no service/{name}");
    }
}
