using System.Globalization;
using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Watch;

/// <summary>Following the changes of resources.</summary>
internal static class WatchEndpoints
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    public static void MapWatch(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/watch", WatchAsync)
        .WithTags("Resources").WithName("WatchResources").WithSummary("Follows changes as server-sent events")
        .Produces<WatchEventView>(StatusCodes.Status200OK, "text/event-stream")
        .Produces<ProblemView>(StatusCodes.Status410Gone, "application/problem+json");

    /// <summary>Reads where a client that lost its connection wants to resume; null when it says nothing.</summary>
    public static long? LastEventId(HttpContext context) =>
        long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static async Task<IResult> WatchAsync(
        HttpContext context, string? kind, long? after, WatchFeed feed, ResourceCache cache, TimeProvider time, ServerStopping stopping)
    {
        var found = kind is null ? null : ResourceKinds.Find(kind);
        if (kind is not null && found is null)
        {
            return Problem.BadRequest(KindWords.Unknown(kind));
        }

        var from = LastEventId(context) ?? after;
        if (from < 0)
        {
            return Problem.BadRequest($"after is {from}: it must be a revision, 0 or more");
        }

        if (from > cache.Revision)
        {
            return Problem.Of(
                StatusCodes.Status410Gone, $"revision {from} is ahead of this store, which is at {cache.Revision}: list again and watch from the list's revision");
        }

        using var ended = stopping.Linked(context.RequestAborted);
        var events = await feed.OpenAsync(found, from, ended.Token);
        await EventStream.WriteAsync(context, events, Quiet, time, ended.Token);
        return Results.Empty;
    }
}
