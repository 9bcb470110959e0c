using System.Security.Claims;
using Datahall.Control.Inputs;
using Datahall.Model.Manifests;
using Datahall.Server.Auth;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Apply;

/// <summary>Taking manifests.</summary>
internal static class ApplyEndpoints
{
    public static void MapApply(this IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/apply", ApplyAsync)
        .WithTags("Resources").WithName("Apply").WithSummary("Makes resources, or changes their specs and labels: all of them, or none").RequireAuthorization(Roles.Operator)
        .Accepts<byte[]>("application/yaml", "application/json", "*/*")
        .Produces<ProblemView>(StatusCodes.Status409Conflict, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
        .Produces<ProblemView>(StatusCodes.Status422UnprocessableEntity, "application/problem+json");

    private static async Task<Results<Ok<ChangeSetView>, Problem>> ApplyAsync(
        HttpRequest request,
        bool? dryRun,
        [FromHeader(Name = "X-Datahall-File")] string? fileName,
        ManifestIntake intake,
        ControlLoop loop,
        ResourceCache cache,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var manifest = await intake.ReadAsync(fileName, request.Body, cancellationToken);
        if (!manifest.IsValid)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, Count(manifest.Errors.Count), [.. manifest.Errors.Select(View)]);
        }

        if (manifest.Resources.Count == 0)
        {
            return Problem.BadRequest("there is no resource in the body: send YAML or JSON with 'kind', 'name' and 'spec'");
        }

        if (manifest.Resources.FirstOrDefault(resource => !Roles.May(user, KindRoles.Of(resource.Kind))) is { } forbidden)
        {
            return RoleRefusal.Refusal(user, KindRoles.Of(forbidden.Kind), $"applying {forbidden.Key}");
        }

        var apply = new Control.Inputs.Apply(manifest.Resources);
        var plan = dryRun is true ? await loop.PlanAsync(apply, cancellationToken) : null;
        return (plan?.Outcome ?? await loop.SubmitAsync(apply, cancellationToken)) switch
        {
            Control.Inputs.Accepted accepted => TypedResults.Ok(plan is null
                ? ChangeSetView.Of(accepted, cache.Revision)
                : ChangeSetView.Of(accepted, cache.Revision, plan)),
            Refused { Kind: RefusalKind.NotFound } refused => Refusal(StatusCodes.Status422UnprocessableEntity, refused, manifest),
            Refused { Kind: RefusalKind.Conflict } refused => Refusal(StatusCodes.Status409Conflict, refused, manifest),
            Refused refused => Refusal(StatusCodes.Status422UnprocessableEntity, refused, manifest),
            var other => throw new InvalidOperationException($"the core answered Apply with {other.GetType().Name}"),
        };
    }

    // The core names the resource and the field; the manifest knows where they stand.
    private static Problem Refusal(int status, Refused refused, ManifestResult manifest) => Problem.Of(
        status,
        refused.Errors is [var only] ? $"{only.Key}: {only.Message}" : Count(refused.Errors.Count),
        [.. refused.Errors.Select(error => View(manifest.Locate(new ResourceError(error.Key, error.Path ?? "", error.Message))))]);

    private static string Count(int errors) =>
        errors == 1 ? "the manifest has an error; nothing was changed" : $"the manifest has {errors} errors; nothing was changed";

    private static ProblemErrorView View(ManifestError error) =>
        new(error.File, error.Line, error.Column, error.Path.Length > 0 ? error.Path : null, error.Message);
}
