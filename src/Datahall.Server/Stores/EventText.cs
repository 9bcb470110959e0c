using System.Globalization;
using Datahall.Control.Store;

namespace Datahall.Server.Stores;

/// <summary>How an event's columns are written: readable in a user's sqlite3 shell, and exact.</summary>
internal static class EventText
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static string OfTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static string OfSeverity(EventSeverity severity) => severity == EventSeverity.Warning ? "warning" : "normal";

    public static DateTimeOffset ToTime(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static EventSeverity ToSeverity(string text) => text == "warning" ? EventSeverity.Warning : EventSeverity.Normal;
}
