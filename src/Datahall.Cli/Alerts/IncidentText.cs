using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Model;

namespace Datahall.Cli.Alerts;

/// <summary>An incident as a page.</summary>
internal static class IncidentText
{
    private const int MostAlerts = 20;

    public static void Write(Session session, Incident incident)
    {
        var (terminal, status) = (session.Terminal, incident.Status);
        var now = session.Time.GetUtcNow();
        terminal.Out.WriteLine($"{terminal.Paint(ShownText.Of(status.Title), Ink.Strong)}");
        Field(terminal, "state", $"{Phase.Word(status.State)}, {Phase.Word(status.Severity)}, for {HumanUnits.Age(status.Opened, status.Resolved?.At ?? now)}");
        Field(terminal, "cause", status.Cause);
        Mark(terminal, "taken on", status.Acknowledged);
        Mark(terminal, "over", status.Resolved);
        if (status.MergedInto is { } into)
        {
            Field(terminal, "part of", $"incident/{into}");
        }

        Section(terminal, "Advice", status.Advice);
        Section(terminal, "Affected", status.Affected);
        Section(terminal, $"Alerts ({status.Alerts.Count(static alert => alert.Ended is null)} of {status.Alerts.Count} fire)", Alerts(status.Alerts));
        Section(terminal, "Evidence", [.. status.Evidence.Select(static item => $"{Time(item.At)}  {item.Text}")]);
        Section(terminal, "Timeline", [.. status.Timeline.Select(static entry => $"{Time(entry.At)}  {entry.What}: {entry.Text}")]);
    }

    // Those that fire first; of many the rest is counted.
    private static IReadOnlyList<string> Alerts(IReadOnlyList<IncidentAlert> alerts)
    {
        var lines = alerts.OrderBy(static alert => alert.Ended is not null).Take(MostAlerts).Select(Line);
        return alerts.Count > MostAlerts ? [.. lines, $"and {alerts.Count - MostAlerts} more ('-o json' of 'datahall get incident' has all)"] : [.. lines];
    }

    private static string Line(IncidentAlert alert) =>
        $"{(alert.Ended is null ? "fires" : "ended")}  {alert.Summary}{(alert.Runbook is { } runbook ? $"  {runbook}" : "")}";

    private static void Mark(Terminal terminal, string name, IncidentMark? mark)
    {
        if (mark is not null)
        {
            Field(terminal, name, $"{Time(mark.At)} by {mark.By}{(mark.Note is { } note ? $": {note}" : "")}");
        }
    }

    private static void Field(Terminal terminal, string name, string value) => terminal.Out.WriteLine($"  {name,-9} {ShownText.Of(value)}");

    private static void Section(Terminal terminal, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            terminal.Out.WriteLine($"\n{terminal.Paint(title, Ink.Strong)}");
            foreach (var line in lines)
            {
                terminal.Out.WriteLine($"  {ShownText.Of(line)}");
            }
        }
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
