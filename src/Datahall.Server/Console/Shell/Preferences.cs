using Datahall.Server.Console.Languages;
using Microsoft.AspNetCore.Http;

namespace Datahall.Server.Console.Shell;

/// <summary>How somebody wants the console, as their browser's cookies say.</summary>
/// <param name="Language">The language's tag.</param>
/// <param name="Dark">Whether it is dark.</param>
/// <param name="TimeZone">The IANA name of the browser's time zone.</param>
public sealed record Preferences(string Language, bool Dark, string TimeZone)
{
    internal const string LanguageCookie = "datahall.language";
    internal const string ThemeCookie = "datahall.theme";
    internal const string ZoneCookie = "datahall.zone";

    /// <summary>Reads the cookies of a request; what they do not say is taken from its headers, or is the default.</summary>
    internal static Preferences Of(HttpRequest request)
    {
        var language = request.Cookies[LanguageCookie] is { } chosen && Texts.Languages.Contains(chosen)
            ? chosen
            : Texts.Choose(request.Headers.AcceptLanguage.ToString());
        var zone = request.Cookies[ZoneCookie] is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) ? name : "UTC";
        return new(language, request.Cookies[ThemeCookie] == "dark", zone);
    }
}
