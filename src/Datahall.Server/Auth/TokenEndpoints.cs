using System.Text.Json.Serialization;
using Datahall.Model;
using Datahall.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Auth;

/// <summary>Making tokens for people and programs, and taking them away.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tokens").WithTags("Tokens").RequireAuthorization(Roles.Admin);
        group.MapGet("", List).WithName("ListTokens").WithSummary("The tokens that were made; not the tokens themselves");
        group.MapPost("", Create).WithName("CreateToken").WithSummary("Makes a token, and tells it this once");
        group.MapDelete("/{name}", Revoke).WithName("RevokeToken").WithSummary("Takes a token away");
        routes.MapGet("/api/v1/whoami", WhoAmI).WithTags("Tokens").WithName("WhoAmI").WithSummary("Whose token the call was made with, and its role");
    }

    private static Ok<WhoAmIView> WhoAmI(HttpContext context) =>
        TypedResults.Ok(new WhoAmIView(Roles.NameOf(context.User), context.User.FindFirst(System.Security.Claims.ClaimTypes.Role)?.Value ?? ""));

    private static Ok<TokenListView> List(TokenBook book) => TypedResults.Ok(new TokenListView([.. book.All.Select(TokenView.Of)]));

    private static Results<Ok<NewTokenView>, Problem> Create(TokenSubmission wanted, TokenBook book, HttpResponse response)
    {
        if (wanted.Expires is { Milliseconds: <= 0 or > 3_650L * 86_400_000 })
        {
            return Problem.BadRequest($"expires is {wanted.Expires}: it must be longer than 0 and at most 3650d");
        }

        var (token, secret, problem) = book.Create(wanted.Name, wanted.Role, wanted.Expires?.TimeSpan);
        if (token is null)
        {
            return Problem.BadRequest(problem!);
        }

        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new NewTokenView(token.Name, token.Role, token.Expires, secret));
    }

    private static Results<NoContent, Problem> Revoke(string name, TokenBook book) => book.Revoke(name)
        ? TypedResults.NoContent()
        : Problem.NotFound($"there is no token '{name}'");
}

/// <summary>Asks for a token.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
/// <param name="Expires">How long it opens anything, such as <c>30d</c>; absent: until it is revoked.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TokenSubmission(string Name, string Role, Duration? Expires = null);

/// <summary>A token that was made.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Expires">When its time is over; absent: never.</param>
/// <param name="Token">The token. It is told this once.</param>
internal sealed record NewTokenView(string Name, string Role, DateTimeOffset? Expires, string Token);

/// <summary>A token, without its secret.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When its time is over; absent: never.</param>
internal sealed record TokenView(string Name, string Role, DateTimeOffset Created, DateTimeOffset? Expires)
{
    public static TokenView Of(NamedToken token) => new(token.Name, token.Role, token.Created, token.Expires);
}

/// <summary>The tokens.</summary>
/// <param name="Items">By name.</param>
internal sealed record TokenListView(IReadOnlyList<TokenView> Items);

/// <summary>Whose token it is.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What it may do.</param>
internal sealed record WhoAmIView(string Name, string Role);
