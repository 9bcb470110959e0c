using System.Security.Claims;
using Datahall.Server.Auth;
using Datahall.Server.Console.Languages;
using Datahall.Server.Console.SignIn;

namespace Datahall.Server.Console.Shell;

/// <summary>Who looks at a page, and how they want it; one for each circuit, filled before the first page is drawn.</summary>
internal sealed class Visitor(ConsoleSessions sessions)
{
    private TimeZoneInfo zone = TimeZoneInfo.Utc;

    /// <summary>The words of their language.</summary>
    public Texts Texts { get; private set; } = Texts.Of(Texts.Default);

    /// <summary>Whether they want it dark.</summary>
    public bool Dark { get; set; }

    /// <summary>The session's id; null: not signed in.</summary>
    public string? SessionId { get; private set; }

    /// <summary>The role, as long as the session holds; null: not signed in any more.</summary>
    public string? Role => sessions.Find(SessionId)?.Role;

    /// <summary>What their token is called, for what is written down.</summary>
    public string Name => sessions.Find(SessionId)?.Name ?? "somebody";

    /// <summary>Takes up who it is.</summary>
    public void Enter(Preferences preferences, ClaimsPrincipal user)
    {
        Texts = Texts.Of(preferences.Language);
        Dark = preferences.Dark;
        zone = TimeZoneInfo.FindSystemTimeZoneById(preferences.TimeZone);
        SessionId = user.FindFirstValue(SignedIn.SessionClaim);
    }

    /// <summary>Whether they may do what a role may, now: asked at each action, not only when a button is drawn.</summary>
    public bool May(string role) => sessions.Find(SessionId) is { } signedIn && Roles.May(signedIn.ToPrincipal(), role);

    /// <summary>A time in their zone.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone);
}
