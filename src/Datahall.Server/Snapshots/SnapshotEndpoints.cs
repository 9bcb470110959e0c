using Datahall.Server.Auth;
using Datahall.Server.Hosting;
using Datahall.Server.Loop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Snapshots;

/// <summary>Taking the core's state away, to look at its decisions elsewhere.</summary>
internal static class SnapshotEndpoints
{
    private const string ContentType = "application/x-ndjson";

    public static void MapSnapshot(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/snapshot", SnapshotAsync)
        .WithTags("Server").WithName("GetSnapshot").WithSummary("Everything that the next decision is made from, as JSON lines: a header, then a resource each")
        .Produces(StatusCodes.Status200OK, contentType: ContentType)
        .RequireAuthorization(Roles.Admin);

    private static async Task<PushStreamHttpResult> SnapshotAsync(ControlLoop loop, ServerStopping stopping, CancellationToken cancellationToken)
    {
        var snapshot = await loop.SnapshotAsync(cancellationToken);
        return TypedResults.Stream(
            async stream =>
            {
                using var ended = stopping.Linked(cancellationToken);
                await SnapshotFile.WriteAsync(stream, snapshot, ended.Token);
            },
            ContentType);
    }
}
