using System.Globalization;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Events;

/// <summary>Events as rows.</summary>
internal static class EventRows
{
    // Column widths of a stream cannot be measured ahead; the headings have room for what is common.
    public static IReadOnlyList<string> Headings { get; } = ["TIME               ", "ABOUT", "REASON", "MESSAGE"];

    public static Cell[] Row(EventMessage message) =>
    [
        new(message.Time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Ink.Faint),
        message.About.ToString(),
        new(message.Reason, message.Severity is "warning" ? Ink.Yellow : Ink.Plain),
        message.Message,
    ];
}
