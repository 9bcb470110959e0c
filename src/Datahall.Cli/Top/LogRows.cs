using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Top;

/// <summary><c>datahall top logs</c>: what was unusual lately in what tasks write and kernels say, and the kinds of lines there are.</summary>
internal static class LogRows
{
    private const int ShownText = 120;
    private const int ShownAnomalies = 10;

    public static async Task WriteAsync(Session session, string? search, OutputFormat format, CancellationToken cancellationToken)
    {
        var templates = await session.Api.GetAsync($"/api/v1/logs/templates?limit=50&search={Uri.EscapeDataString(search ?? "")}", cancellationToken);
        if (format is OutputFormat.Json)
        {
            session.Terminal.Out.WriteLine(ResourceWriter.Json(templates));
            return;
        }

        var anomalies = await session.Api.GetAsync($"/api/v1/logs/anomalies?limit={ShownAnomalies}", cancellationToken);
        if (anomalies.Items("items").Any())
        {
            new TableText(session.Terminal, ["TIME", "SEVERITY", "WHAT", "ID", "BY", "TEMPLATE"]).Write([.. anomalies.Items("items").Select(Anomaly)]);
            session.Terminal.Out.WriteLine();
        }

        new TableText(session.Terminal, ["ID", "LINES", "OF", "LAST BY", "TEMPLATE"]).Write([.. templates.Items("items").Select(static item => (IReadOnlyList<Cell>)
            [item.Text("id") ?? "", item.Text("lines") ?? "", item.Text("of") ?? "tasks", item.Text("lastTask") ?? "", Cut(item.Text("text"))])]);
    }

    private static IReadOnlyList<Cell> Anomaly(JsonElement item) =>
    [
        item.Time("time")?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "", item.Text("severity") ?? "",
        item.Text("kind") is "burst" ? string.Create(CultureInfo.InvariantCulture, $"burst: {item.Number("lines")} lines a minute, usually {item.Real("expected") ?? 0:0.#}") : "new",
        item.Text("template") ?? "", item.Text("task") ?? "", Cut(item.Text("text")),
    ];

    private static string Cut(string? text) => text is { Length: > ShownText } ? text[..ShownText] + "…" : text ?? "";
}
