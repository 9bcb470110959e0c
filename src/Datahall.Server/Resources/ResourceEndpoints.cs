using System.Security.Claims;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Server.Apply;
using Datahall.Server.Auth;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Resources;

/// <summary>Reading resources, and the changes that need no manifest.</summary>
internal static class ResourceEndpoints
{
    private const int DefaultLimit = 500;
    private const int MaxLimit = 5_000;

    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Resources");
        group.MapGet("/{kinds}", List).WithName("ListResources").WithSummary("Lists a kind, ordered by name");
        group.MapGet("/{kinds}/{name}", Get).WithName("GetResource").WithSummary("Reads one resource");
        group.MapDelete("/{kinds}/{name}", DeleteAsync).WithName("DeleteResource").WithSummary("Deletes a resource, stopping its tasks first").RequireAuthorization(Roles.Operator);
        group.MapPost("/jobs/{name}/cancel", CancelAsync).WithName("CancelJob").WithSummary("Stops a job and keeps it").RequireAuthorization(Roles.Operator);
        group.MapPost("/services/{name}/scale", ScaleAsync).WithName("ScaleService").WithSummary("Changes the number of replicas").RequireAuthorization(Roles.Operator);
        group.MapPost("/services/{name}/rollout/promote", PromoteAsync).WithName("PromoteRollout").WithSummary("Ends the step that a service's rollout is in").RequireAuthorization(Roles.Operator);
        group.MapPost("/services/{name}/rollout/abort", AbortAsync).WithName("AbortRollout").WithSummary("Sends a service's new version back").RequireAuthorization(Roles.Operator);
        group.MapPost("/nodes/{name}/power", SetPowerAsync).WithName("SetNodePower").WithSummary("Puts a node to sleep, wakes it, or leaves that to the sleep policy").RequireAuthorization(Roles.Operator);
        group.MapPost("/nodes/{name}/cap", SetCapAsync).WithName("SetNodeCap").WithSummary("Says what a node's devices may draw together, or that there is no cap").RequireAuthorization(Roles.Operator);
        group.MapPost("/nodes/{name}/mode", SetModeAsync).WithName("SetNodeMode").WithSummary("Opens, cordons or drains a node").RequireAuthorization(Roles.Operator);
    }

    private static Results<Ok<ResourceListView>, Problem> List(
        string kinds, string? labels, int? limit, string? @continue, ResourceCache cache)
    {
        if (ResourceKinds.Find(kinds) is not { } kind)
        {
            return UnknownKind(kinds);
        }

        if (!LabelSelector.TryParse(labels, out var selector, out var error))
        {
            return Problem.BadRequest(error);
        }

        if (limit is < 1 or > MaxLimit)
        {
            return Problem.BadRequest($"limit is {limit}: it must be from 1 to {MaxLimit}");
        }

        ContinueToken? token = null;
        if (@continue is not null && (token = ContinueToken.Parse(@continue)) is null)
        {
            return Problem.BadRequest("continue is not a token that a list answered with: begin again without it");
        }

        var page = cache.List(kind, selector, token?.After, limit ?? DefaultLimit);
        var revision = token?.Revision ?? page.Revision;
        return TypedResults.Ok(new ResourceListView(
            revision, [.. page.Items.Select(item => new ResourceView(item))], page.Last is { } last ? new ContinueToken(revision, last).ToString() : null));
    }

    private static Results<Ok<ResourceView>, Problem> Get(string kinds, string name, ResourceCache cache)
    {
        if (ResourceKinds.Find(kinds) is not { } kind)
        {
            return UnknownKind(kinds);
        }

        var key = new ResourceKey(kind, name);
        return cache.Find(key) is { } resource ? TypedResults.Ok(new ResourceView(resource)) : Problem.NotFound($"there is no {key}");
    }

    private static async Task<Results<Ok<ChangeSetView>, Problem>> DeleteAsync(
        string kinds, string name, bool? force, ControlLoop loop, ResourceCache cache, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (ResourceKinds.Find(kinds) is not { } kind)
        {
            return UnknownKind(kinds);
        }

        if (!Roles.May(user, KindRoles.Of(kind)))
        {
            return RoleRefusal.Refusal(user, KindRoles.Of(kind), $"deleting a {kind}");
        }

        return kind == ResourceKinds.Task
            ? Problem.Of(
                StatusCodes.Status422UnprocessableEntity,
                $"task/{name} cannot be deleted: its job or service owns it. Delete or cancel that, or scale the service")
            : await SubmitAsync(loop, cache, new Delete(new(kind, name), force ?? false), cancellationToken);
    }

    private static Task<Results<Ok<ChangeSetView>, Problem>> CancelAsync(
        string name, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new Cancel(name), cancellationToken);

    private static async Task<Results<Ok<ChangeSetView>, Problem>> ScaleAsync(
        string name, ScaleSubmission scale, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        scale.Replicas is < 0 or > 100_000
            ? Problem.BadRequest($"replicas is {scale.Replicas}: it must be from 0 to 100000")
            : await SubmitAsync(loop, cache, new Scale(name, scale.Replicas), cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> PromoteAsync(
        string name, PromoteSubmission promote, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new PromoteRollout(name, promote.All, promote.Version, promote.Step), cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> AbortAsync(
        string name, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new AbortRollout(name), cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> SetModeAsync(
        string name, NodeModeSubmission mode, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new SetNodeMode(name, mode.Mode), cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> SetPowerAsync(
        string name, NodePowerSubmission power, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new SetNodePower(name, power.Power, power.Drain), cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> SetCapAsync(
        string name, NodeCapSubmission cap, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken) =>
        SubmitAsync(loop, cache, new CapNode(name, cap.Cap), cancellationToken);

    private static async Task<Results<Ok<ChangeSetView>, Problem>> SubmitAsync(
        ControlLoop loop, ResourceCache cache, Input input, CancellationToken cancellationToken) =>
        await loop.SubmitAsync(input, cancellationToken) switch
        {
            Control.Inputs.Accepted accepted => TypedResults.Ok(ChangeSetView.Of(accepted, cache.Revision)),
            Refused refused => Problem.Of(refused),
            var other => throw new InvalidOperationException($"the core answered {input.GetType().Name} with {other.GetType().Name}"),
        };

    private static Problem UnknownKind(string kinds) =>
        Problem.NotFound(KindWords.Unknown(kinds));
}
