using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Console.Assets;

/// <summary>Serves the console's files: no secrets are in them, so the sign-in page may have them too.</summary>
internal static class AssetEndpoints
{
    private const string Forever = "public, max-age=31536000, immutable";

    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/console/{name}", ServeAsync).ExcludeFromDescription();

    private static async Task ServeAsync(HttpContext context, string name, string? v, ConsoleAssets assets)
    {
        if (assets.Find(name) is not { } asset)
        {
            context.Features.Get<IStatusCodePagesFeature>()?.Enabled = false; // A page in place of a script would mislead.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // Under its own hash it never changes; under another one it is asked for again each time.
        var response = context.Response;
        var etag = $"\"{asset.Tag}\"";
        response.Headers.ETag = etag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = v == asset.Tag ? Forever : "no-cache";
        if (context.Request.Headers.IfNoneMatch.Contains(etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = asset.Type;
        var isCompressed = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase);
        if (isCompressed)
        {
            response.Headers.ContentEncoding = "br";
        }

        var body = isCompressed ? asset.Brotli : asset.Content;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
