using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Watch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Events;

/// <summary>What happened, for people.</summary>
internal static class EventEndpoints
{
    private const int DefaultNewest = 200;
    private const int MaxNewest = 10_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/events").WithTags("Events");
        group.MapGet("", ListAsync).WithName("ListEvents").WithSummary("Reads the newest events, oldest first");
        group.MapGet("/watch", WatchAsync).WithName("WatchEvents").WithSummary("Follows events as server-sent events")
            .Produces<EventView>(StatusCodes.Status200OK, "text/event-stream");
    }

    private static async Task<Results<Ok<EventListView>, Problem>> ListAsync(
        long? after, string? about, int? newest, IResourceStore store, CancellationToken cancellationToken)
    {
        if (newest is < 1 or > MaxNewest)
        {
            return Problem.BadRequest($"newest is {newest}: it must be from 1 to {MaxNewest}");
        }

        if (!TryParseKey(about, out var key))
        {
            return BadAbout(about);
        }

        var events = await store.EventsAsync(new EventQuery(after ?? 0, key, newest ?? DefaultNewest), cancellationToken);
        return TypedResults.Ok(new EventListView([.. events.Select(EventView.Of)]));
    }

    private static async Task<IResult> WatchAsync(
        HttpContext context, long? after, string? about, EventFeed feed, IResourceStore store, TimeProvider time, ServerStopping stopping)
    {
        if (!TryParseKey(about, out var key))
        {
            return BadAbout(about);
        }

        using var ended = stopping.Linked(context.RequestAborted);
        var from = WatchEndpoints.LastEventId(context) ?? after ?? await NewestAsync(store, ended.Token);
        await EventStream.WriteAsync(context, feed.FollowAsync(key, from, ended.Token), Quiet, time, ended.Token);
        return Results.Empty;
    }

    private static async Task<long> NewestAsync(IResourceStore store, CancellationToken cancellationToken) =>
        await store.EventsAsync(new EventQuery(0, null, 1), cancellationToken) is [.., var newest] ? newest.Sequence : 0;

    private static bool TryParseKey(string? text, out ResourceKey? key)
    {
        key = null;
        if (text is null)
        {
            return true;
        }

        if (text.Split('/', 2) is [var kind, { Length: > 0 } name] && ResourceKinds.Find(kind) is { } found)
        {
            key = new(found, name);
        }

        return key is not null;
    }

    private static Problem BadAbout(string? about) =>
        Problem.BadRequest($"about is '{about}': it must name a resource, such as job/x or node/n1");
}
