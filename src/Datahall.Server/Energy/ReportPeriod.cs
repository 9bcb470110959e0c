using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Datahall.Model;

namespace Datahall.Server.Energy;

/// <summary>A period of whole hours.</summary>
/// <param name="From">Its first hour, in seconds since 1970.</param>
/// <param name="To">The hour after its last.</param>
internal readonly record struct ReportPeriod(long From, long To)
{
    private const string Forms = "an ISO date or time such as 2026-11-25 or 2026-11-25T18:00, or a length of time before now such as 24h or 7d";
    private const string DefaultFrom = "24h";
    private const int SecondsPerHour = 3600;

    private static readonly string[] Dates = ["yyyy-MM-dd"];
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="from">Where it begins; null: 24 hours before now.</param>
    /// <param name="to">Where it ends; null: now.</param>
    /// <param name="zone">Where dates without an offset are read.</param>
    /// <param name="now">Now.</param>
    /// <param name="period">The hours that it touches.</param>
    /// <param name="error">What is wrong, and how to mend it.</param>
    public static bool TryParse(string? from, string? to, TimeZoneInfo zone, DateTimeOffset now, out ReportPeriod period, [NotNullWhen(false)] out string? error)
    {
        period = default;
        if (Read(from ?? DefaultFrom, zone, now) is not { } first)
        {
            error = $"from is '{from}': give {Forms}";
            return false;
        }

        if ((to is null ? now : Read(to, zone, now)) is not { } last)
        {
            error = $"to is '{to}': give {Forms}";
            return false;
        }

        error = first >= last ? $"from ({first:yyyy-MM-dd'T'HH:mmzzz}) is not before to ({last:yyyy-MM-dd'T'HH:mmzzz})"
            : first > now ? $"from ({first:yyyy-MM-dd'T'HH:mmzzz}) is in the future: there is nothing to report yet" : null;
        period = new(EnergyLedger.HourOf(first), EnergyLedger.HourOf(last.AddSeconds(SecondsPerHour - 1)));
        return error is null;
    }

    private static DateTimeOffset? Read(string text, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (Duration.TryParse(text, out var before))
        {
            return before.Milliseconds <= now.ToUnixTimeMilliseconds() ? now - before.TimeSpan : null;
        }

        if (DateTime.TryParseExact(text, [.. Dates, .. Times], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return local.Year is > 1970 and < 9000 ? Local(local, zone) : null;
        }

        return text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year is > 1970 and < 9000 ? time : null;
    }

    // A time that a change of clocks leaves out counts as the moment of the change.
    private static DateTimeOffset Local(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        return new(local, zone.GetUtcOffset(local));
    }
}
