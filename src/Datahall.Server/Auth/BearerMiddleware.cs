using System.Security.Claims;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Datahall.Server.Auth;

/// <summary>Says who calls, by the token. Stands before routing: without a token, not even what exists can be learned. What a role may do is told by <see cref="RolePolicies"/>.</summary>
internal sealed class BearerMiddleware(RequestDelegate next, BearerTokens tokens)
{
    /// <summary>The kind of identity that a token gives.</summary>
    public const string AuthenticationType = "bearer";

    private const string Scheme = "Bearer ";
    private const int MaxTokenLength = 512;

    /// <summary>Runs the rest of the pipeline, or refuses.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path == "/healthz" || path == "/readyz")
        {
            return next(context);
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > MaxTokenLength)
        {
            return Refuse(context, header.Length > 0);
        }

        var token = new PresentedToken(tokens, BearerTokens.Digest(header[Scheme.Length..].Trim()));
        if (token.Holder is not { } holder)
        {
            return Refuse(context, hadOne: true);
        }

        context.Features.Set(token);
        context.User = new(new ClaimsIdentity([new(ClaimTypes.Name, holder.Name), new(ClaimTypes.Role, Roles.Of(holder.Scope)!)], AuthenticationType));
        return next(context);
    }

    private static Task Refuse(HttpContext context, bool hadOne)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"datahall\"";
        return Problem.Of(
            StatusCodes.Status401Unauthorized,
            hadOne
                ? "this is no token of this server, or its time is over: take the one in admin.token of its data directory, or have one made with 'datahall tokens create'"
                : "a token is missing: send 'Authorization: Bearer TOKEN' with the token in admin.token of the server's data directory").ExecuteAsync(context);
    }
}
