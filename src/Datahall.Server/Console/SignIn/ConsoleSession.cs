using System.Security.Claims;

namespace Datahall.Server.Console.SignIn;

/// <summary>Somebody signed in at the console.</summary>
/// <param name="Id">What the server calls it: the hash of the secret in the browser's cookie.</param>
/// <param name="Role">What the token they signed in with may do: <c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
/// <param name="Ends">When they have to sign in again.</param>
internal sealed record ConsoleSession(string Id, string Role, DateTimeOffset Ends)
{
    /// <summary>The claim that carries <see cref="Id"/>.</summary>
    public const string IdClaim = "datahall:session";

    /// <summary>Who they are, for the request.</summary>
    public ClaimsPrincipal ToPrincipal() =>
        new(new ClaimsIdentity([new(IdClaim, Id), new(ClaimTypes.Name, Role), new(ClaimTypes.Role, Role)], authenticationType: "console"));
}
