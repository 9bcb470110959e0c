using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Console.SignIn;

/// <summary>Signing in with a token, and out. Both forms carry an antiforgery token.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/login/session", SignIn).ExcludeFromDescription();
        routes.MapPost("/logout", SignOut).ExcludeFromDescription();
    }

    private static IResult SignIn(HttpContext context, [FromForm] string? token, [FromForm] string? returnUrl, ConsoleSessions sessions)
    {
        var target = ReturnUrl.Of(returnUrl);
        if (sessions.Begin(token?.Trim() ?? "") is not { } secret)
        {
            var page = ReturnUrl.SignIn(target);
            return Results.LocalRedirect(page + (page.Contains('?', StringComparison.Ordinal) ? "&failed" : "?failed"));
        }

        context.Response.Cookies.Append(ConsoleGate.Cookie, secret, CookieOf(context));
        return Results.LocalRedirect(target);
    }

    private static IResult SignOut(HttpContext context, [FromForm] IFormCollection form, ConsoleSessions sessions)
    {
        if (sessions.FindBySecret(context.Request.Cookies[ConsoleGate.Cookie]) is { } signedIn)
        {
            sessions.End(signedIn.Session.Id);
        }

        context.Response.Cookies.Delete(ConsoleGate.Cookie, CookieOf(context));
        return Results.LocalRedirect("/login");
    }

    // Without a time: it goes with the browser, at the latest with the session.
    private static CookieOptions CookieOf(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", IsEssential = true };
}
