using Datahall.Model;

namespace Datahall.Server.Energy;

/// <summary>What time it is at a site.</summary>
internal static class SiteClock
{
    /// <summary>The site's time zone; UTC when it names none, or one that this machine does not know.</summary>
    public static TimeZoneInfo ZoneOf(SiteSpec? site) => site?.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The hour of the day and of the year, from 0, at the site.</summary>
    public static (double OfDay, double OfYear) Hours(SiteSpec site, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, ZoneOf(site));
        return (local.TimeOfDay.TotalHours, ((local.DayOfYear - 1) * 24) + local.TimeOfDay.TotalHours);
    }
}
