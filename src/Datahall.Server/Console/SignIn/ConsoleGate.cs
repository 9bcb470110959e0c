using Datahall.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Datahall.Server.Console.SignIn;

/// <summary>Lets browsers to the console that are signed in, and sends others to the sign-in page. Stands before routing, as the API's gate does.</summary>
internal sealed class ConsoleGate(RequestDelegate next, ConsoleSessions sessions)
{
    /// <summary>The cookie that holds a session's secret.</summary>
    public const string Cookie = "datahall.session";

    // Nothing from elsewhere and no script but our own files. Styles stand in attributes too, since the component library writes them there.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    private static readonly string[] OfOthers = ["/api", "/agent", "/openapi", "/metrics", "/healthz", "/readyz"];

    /// <summary>Whether a request is the console's: no path of the API, and no token in a header.</summary>
    public static bool Owns(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0
        && !Array.Exists(OfOthers, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
        && (IsOpen(context.Request.Path) || context.Request.Cookies.ContainsKey(Cookie) || AsksForPage(context.Request));

    /// <summary>Runs the rest of the pipeline, or sends to the sign-in page.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (sessions.FindBySecret(context.Request.Cookies[Cookie]) is { } signedIn)
        {
            context.User = signedIn.ToPrincipal();
            return next(context);
        }

        if (IsOpen(context.Request.Path))
        {
            return next(context);
        }

        if (AsksForPage(context.Request))
        {
            context.Response.Redirect(ReturnUrl.SignIn(context.Request.Path + context.Request.QueryString));
            return Task.CompletedTask;
        }

        return Problem.Of(StatusCodes.Status401Unauthorized, "the session is over: sign in again").ExecuteAsync(context);
    }

    // What the sign-in page needs; the framework's own files are among the console's.
    private static bool IsOpen(PathString path) => path.StartsWithSegments("/login") || path.StartsWithSegments("/console");

    private static bool AsksForPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
