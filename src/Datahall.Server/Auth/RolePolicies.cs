using System.Security.Claims;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Datahall.Server.Auth;

/// <summary>Holds callers to their roles. A call that names no role takes a viewer for reading, and an admin for anything else.</summary>
internal static class RolePolicies
{
    /// <summary>Adds a policy by the name of each role, and what holds where none is named.</summary>
    public static void AddRoles(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Viewer, static policy => policy.AddRequirements(new RoleRequirement(Roles.Viewer)))
            .AddPolicy(Roles.Operator, static policy => policy.AddRequirements(new RoleRequirement(Roles.Operator)))
            .AddPolicy(Roles.Admin, static policy => policy.AddRequirements(new RoleRequirement(Roles.Admin)))
            .AddPolicy(Roles.Agent, static policy => policy.AddRequirements(new RoleRequirement(Roles.Agent)))
            .SetFallbackPolicy(new([new RoleRequirement(null)], []));
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.Replace(ServiceDescriptor.Singleton<IAuthorizationMiddlewareResultHandler, RoleRefusal>());
    }
}

/// <summary>The role that a call takes; null: by its method.</summary>
internal sealed record RoleRequirement(string? Role) : IAuthorizationRequirement
{
    /// <summary>The role that a request takes.</summary>
    public string For(HttpContext? context) =>
        Role ?? (context is null || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? Roles.Viewer : Roles.Admin);
}

/// <summary>Looks whether somebody has the role.</summary>
internal sealed class RoleHandler : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        // What names no role and comes without a token passed another gate: that of health, or that of the console.
        var isElsewhere = requirement.Role is null && context.User.Identity?.AuthenticationType != BearerMiddleware.AuthenticationType;
        if (isElsewhere || Roles.May(context.User, requirement.For(context.Resource as HttpContext)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Tells who is refused what would be needed.</summary>
internal sealed class RoleRefusal : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var needed = policy.Requirements.OfType<RoleRequirement>().Select(requirement => requirement.For(context)).FirstOrDefault() ?? Roles.Admin;
        return Refusal(context.User, needed, "this call").ExecuteAsync(context);
    }

    /// <summary>Why somebody may not.</summary>
    /// <param name="who">Who.</param>
    /// <param name="needed">The role that it takes.</param>
    /// <param name="what">What, as the beginning of a sentence.</param>
    public static Problem Refusal(ClaimsPrincipal who, string needed, string what) => Problem.Of(
        StatusCodes.Status403Forbidden,
        who.FindFirstValue(ClaimTypes.Role) is Roles.Agent
            ? "the join token opens the calls of agents and gateways only: use the admin token"
            : $"{what} takes the role {needed}, and the token '{Roles.NameOf(who)}' has {who.FindFirstValue(ClaimTypes.Role) ?? "none"}: use another token, or have one made with 'datahall tokens create --role {needed}'");
}
