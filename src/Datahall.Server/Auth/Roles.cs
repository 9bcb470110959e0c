using System.Security.Claims;

namespace Datahall.Server.Auth;

/// <summary>What people and programs may do. Each role may do what those before it may.</summary>
internal static class Roles
{
    /// <summary>Reads.</summary>
    public const string Viewer = "viewer";

    /// <summary>Handles work, nodes and incidents.</summary>
    public const string Operator = "operator";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>What agents and gateways are; beside the others, for it reads nothing of theirs.</summary>
    public const string Agent = "agent";

    /// <summary>The roles that a token may be made with, the least first.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Operator, Admin];

    /// <summary>The role of a scope; null for none.</summary>
    public static string? Of(TokenScope scope) => scope switch
    {
        TokenScope.Agents => Agent,
        TokenScope.Viewer => Viewer,
        TokenScope.Operator => Operator,
        TokenScope.Everything => Admin,
        _ => null,
    };

    /// <summary>The scope of a role; nothing for a word that is none.</summary>
    public static TokenScope ScopeOf(string role) => role switch
    {
        Viewer => TokenScope.Viewer,
        Operator => TokenScope.Operator,
        Admin => TokenScope.Everything,
        _ => TokenScope.Nothing,
    };

    /// <summary>Whether somebody may do what a role may.</summary>
    public static bool May(ClaimsPrincipal who, string role)
    {
        var own = who.FindFirstValue(ClaimTypes.Role) ?? "";
        return own == role || (role is Agent ? own == Admin : IndexOf(own) >= IndexOf(role) && IndexOf(own) >= 0);
    }

    /// <summary>What somebody is called, for what is written down.</summary>
    public static string NameOf(ClaimsPrincipal who) => who.FindFirstValue(ClaimTypes.Name) ?? "somebody";

    private static int IndexOf(string role) => role switch { Viewer => 0, Operator => 1, Admin => 2, _ => -1 };
}
