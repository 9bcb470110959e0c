using System.Security.Claims;
using Datahall.Server.Auth;

namespace Datahall.Server.Console.SignIn;

/// <summary>A session at the console. What it may do is what its token may do, as long as there is that token.</summary>
/// <param name="Id">What the server calls it: the hash of the secret in the browser's cookie.</param>
/// <param name="Token">The SHA-256 of the token that it was begun with, in hexadecimal digits.</param>
/// <param name="Ends">When somebody has to sign in again.</param>
internal sealed record ConsoleSession(string Id, string Token, DateTimeOffset Ends);

/// <summary>Somebody who is signed in.</summary>
/// <param name="Session">The session.</param>
/// <param name="Name">What the token is called.</param>
/// <param name="Role">What it may do.</param>
internal sealed record SignedIn(ConsoleSession Session, string Name, string Role)
{
    /// <summary>The claim that carries the session's id.</summary>
    public const string SessionClaim = "datahall:session";

    /// <summary>Who they are, for the request.</summary>
    public ClaimsPrincipal ToPrincipal() =>
        new(new ClaimsIdentity([new(SessionClaim, Session.Id), new(ClaimTypes.Name, Name), new(ClaimTypes.Role, Role)], authenticationType: "console"));

    /// <summary>Who holds a session; null when its token opens no console.</summary>
    public static SignedIn? Of(ConsoleSession session, TokenHolder? holder) =>
        holder is not null && Roles.Of(holder.Scope) is { } role and not Roles.Agent ? new(session, holder.Name, role) : null;
}
