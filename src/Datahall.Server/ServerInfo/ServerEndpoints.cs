using System.Globalization;
using System.Reflection;
using Datahall.Control.Core;
using Datahall.Control.Store;
using Datahall.Server.Auth;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.ServerInfo;

/// <summary>The server itself: whether it is well, and what it is.</summary>
internal static class ServerEndpoints
{
    // Steps take milliseconds; one of a whole minute is a fault that somebody should hear of.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(1);

    private static readonly string Version =
        typeof(ServerEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static void MapServer(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Server");
        group.MapGet("/healthz", Alive).WithName("Healthz").WithSummary("The process answers");
        group.MapGet("/readyz", Ready).WithName("Readyz").WithSummary("The store is open and the core runs");
        group.MapGet("/api/v1/server", Describe).WithName("GetServer").WithSummary("What the server is");
        group.MapGet("/api/v1/join-token", JoinToken).WithName("GetJoinToken").WithSummary("The token agents join with").RequireAuthorization(Roles.Admin);
    }

    private static Ok<HealthView> Alive() => TypedResults.Ok(new HealthView("ok"));

    private static Results<Ok<HealthView>, Problem> Ready(ControlLoop loop) => loop switch
    {
        { IsReady: true, StepTime: var busy } when busy > LongestStep => Problem.Of(
            StatusCodes.Status503ServiceUnavailable, string.Create(CultureInfo.InvariantCulture, $"the control core has been at one step for {busy.TotalSeconds:0} s; until it ends nothing is changed and nothing is placed")),
        { IsReady: true } => TypedResults.Ok(new HealthView("ready")),
        _ => Problem.Of(StatusCodes.Status503ServiceUnavailable, "the control core does not run yet, or not any more; the server's log has the cause"),
    };

    private static Ok<ServerView> Describe(IResourceStore store, ResourceCache cache, LoopClock clock, CoreOptions options) =>
        TypedResults.Ok(new ServerView(Version, store.Identity, cache.Revision, clock.Started, options.Policy, "sqlite"));

    private static Ok<JoinTokenView> JoinToken(BearerTokens tokens, HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new JoinTokenView(tokens.JoinToken));
    }
}

/// <summary>How the server is.</summary>
/// <param name="Status"><c>ok</c> or <c>ready</c>.</param>
internal sealed record HealthView(string Status);

/// <summary>What the server is.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Identity">The store's identity: agents keep to one.</param>
/// <param name="Revision">The revision of the last change.</param>
/// <param name="Started">When it started.</param>
/// <param name="Policy">The placement policy.</param>
/// <param name="Store">The kind of store.</param>
internal sealed record ServerView(string Version, string Identity, long Revision, DateTimeOffset Started, string Policy, string Store);

/// <summary>The token agents join with.</summary>
/// <param name="Token">The token.</param>
internal sealed record JoinTokenView(string Token);
