using Datahall.Model.Schema;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Schema;

/// <summary>The manifests' JSON Schema.</summary>
internal static class SchemaEndpoints
{
    public static void MapSchema(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/schema", Get)
        .WithTags("Server").WithName("GetSchema").WithSummary("The manifests' JSON Schema")
        .Produces(StatusCodes.Status200OK, contentType: "application/schema+json");

    private static ContentHttpResult Get() => TypedResults.Text(ManifestSchema.Write(), "application/schema+json");
}
