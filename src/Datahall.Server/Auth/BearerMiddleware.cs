using Datahall.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Datahall.Server.Auth;

/// <summary>Lets a call through when its token opens it. Stands before routing: without a token, not even what exists can be learned.</summary>
internal sealed class BearerMiddleware(RequestDelegate next, BearerTokens tokens)
{
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
        var scope = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length <= MaxTokenLength
            ? tokens.ScopeOf(header[Scheme.Length..].Trim())
            : TokenScope.Nothing;
        return scope switch
        {
            TokenScope.Everything => next(context),
            TokenScope.Agents when path.StartsWithSegments("/agent/v1") || path.StartsWithSegments("/api/v1/gateways") => next(context),
            TokenScope.Agents => Problem.Of(
                StatusCodes.Status403Forbidden, "the join token opens the calls of agents and gateways only: use the admin token").ExecuteAsync(context),
            _ => Refuse(context, header.Length > 0),
        };
    }

    private static Task Refuse(HttpContext context, bool hadOne)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"datahall\"";
        return Problem.Of(
            StatusCodes.Status401Unauthorized,
            hadOne
                ? "this is no token of this server: take the one in admin.token of its data directory"
                : "a token is missing: send 'Authorization: Bearer TOKEN' with the token in admin.token of the server's data directory").ExecuteAsync(context);
    }
}
