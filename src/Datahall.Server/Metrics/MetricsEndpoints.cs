using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Metrics;

/// <summary>What monitoring systems read.</summary>
internal static class MetricsEndpoints
{
    /// <summary>Where metrics are; what is below it is open when the server is told so.</summary>
    public const string Path = "/metrics";

    /// <summary>Where the state of the fleet is.</summary>
    public const string FleetPath = Path + "/fleet";

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        routes.MapPrometheusScrapingEndpoint(Path);
        routes.MapGet(FleetPath, WriteFleetAsync).WithTags("Monitoring").WithName("GetFleetMetrics").WithSummary("The state of the site and the readings of its nodes, for Prometheus")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    /// <summary>Whether a call needs no token, because it only reads metrics and the server was told to let them be read.</summary>
    public static bool AreOpen(HttpContext context, MetricsOptions options) => options.IsOpen && HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments(Path);

    private static async Task WriteFleetAsync(HttpContext context, FleetBoard board)
    {
        var openMetrics = context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = openMetrics ? PrometheusText.OpenMetricsType : PrometheusText.TextType;
        PrometheusText.Write(board.Look(), openMetrics, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
