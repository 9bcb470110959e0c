using Datahall.Model;
using Datahall.Server.Events;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Explain;

/// <summary>Why things are as they are.</summary>
internal static class ExplainEndpoints
{
    public static void MapExplain(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/explain/{kind}/{name}", ExplainAsync)
        .WithTags("Resources").WithName("Explain").WithSummary("Says why a resource is pending, or why it is where it is");

    private static async Task<Results<Ok<ExplanationView>, Problem>> ExplainAsync(
        string kind, string name, ControlLoop loop, CancellationToken cancellationToken)
    {
        if (ResourceKinds.Find(kind) is not { } found)
        {
            return Problem.NotFound(KindWords.Unknown(kind));
        }

        var key = new ResourceKey(found, name);
        return await loop.AskAsync(core => core.Explain(key), cancellationToken) is { } explanation
            ? TypedResults.Ok(new ExplanationView(KeyView.Of(explanation.Key), explanation.Summary, explanation.Details))
            : Problem.NotFound($"there is no {key}");
    }
}

/// <summary>Why a resource is as it is.</summary>
/// <param name="Key">Which resource.</param>
/// <param name="Summary">The one reason that matters most.</param>
/// <param name="Details">What stands behind it, a line each.</param>
internal sealed record ExplanationView(KeyView Key, string Summary, IReadOnlyList<string> Details);
