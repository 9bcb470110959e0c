using System.CommandLine;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Alerts;

/// <summary><c>datahall alerts</c>: what is wrong now, and the rules for other programs.</summary>
internal static class AlertsCommand
{
    private static readonly string[] headings = ["RULE", "STATE", "SEVERITY", "SINCE", "INCIDENT", "SUMMARY"];

    public static Command Create(GlobalOptions globals)
    {
        var format = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json);
        var rules = new Option<bool>("--rules") { Description = "Show how the last look at each rule went: which have no data, which hold" };
        var command = new Command("alerts", "Show the alerts that are pending or fire") { format, rules, Export(globals), Defaults(globals) };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var answer = await session.Api.GetAsync("/api/v1/alerts", cancellationToken);
            if (parsed.GetValue(format) is OutputFormat.Json)
            {
                session.Terminal.Out.WriteLine(answer.ToString());
            }
            else if (parsed.GetValue(rules))
            {
                WriteRules(session.Terminal, answer);
            }
            else
            {
                WriteAlerts(session, answer);
            }
        });
        return command;
    }

    private static Command Export(GlobalOptions globals)
    {
        var command = new Command("export", "Write the alert rules as a rule file of Prometheus");
        command.SetAction((parsed, cancellationToken) => WriteTextAsync(globals, parsed, "/api/v1/rules/prometheus", cancellationToken));
        return command;
    }

    private static Command Defaults(GlobalOptions globals)
    {
        var command = new Command("defaults", "Write the alert rules that a site begins with, as a manifest");
        command.SetAction((parsed, cancellationToken) => WriteTextAsync(globals, parsed, "/api/v1/rules/defaults", cancellationToken));
        return command;
    }

    private static async Task WriteTextAsync(GlobalOptions globals, ParseResult parsed, string path, CancellationToken cancellationToken)
    {
        using var session = globals.Open(parsed);
        using var answer = await session.Api.OpenAsync(path, cancellationToken);
        session.Terminal.Out.Write(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static void WriteAlerts(Session session, JsonElement answer)
    {
        if (answer.Time("evaluated") is null)
        {
            session.Terminal.Error.WriteLine("the alert rules have not been looked at yet; try again in some seconds");
            return;
        }

        var alerts = answer.Items("alerts").ToList();
        if (alerts.Count == 0)
        {
            session.Terminal.Error.WriteLine($"no alerts; {answer.Items("rules").Count()} rules were looked at, {answer.Items("rules").Count(static rule => rule.Number("series") == 0)} of them have no data ('datahall alerts --rules')");
            return;
        }

        var now = session.Time.GetUtcNow();
        new TableText(session.Terminal, headings).Write(
        [
            .. alerts.OrderByDescending(static alert => alert.Text("state") is "firing").ThenBy(static alert => alert.Time("since")).Select(alert => (IReadOnlyList<Cell>)
            [
                alert.Text("rule") ?? "",
                Phase.Of(alert.Text("state") ?? ""),
                ResourceColumns.Severity(alert.Text("severity")),
                HumanUnits.Age(alert.Time("since"), now),
                alert.Text("incident") ?? "-",
                alert.At("withoutData")?.ValueKind is JsonValueKind.True ? $"{alert.Text("summary")} (no data now)" : alert.Text("summary") ?? "",
            ]),
        ]);
    }

    private static void WriteRules(Terminal terminal, JsonElement answer) => new TableText(terminal, ["RULE", "SERIES", "PENDING", "FIRING"]).Write(
    [
        .. answer.Items("rules").Select(static rule => (IReadOnlyList<Cell>)
        [
            rule.Text("rule") ?? "",
            rule.Number("series") == 0 ? new Cell("no data", Ink.Yellow) : rule.Text("series") ?? "",
            rule.Text("pending") ?? "0",
            rule.Number("firing") > 0 ? new Cell(rule.Text("firing")!, Ink.Red) : "0",
        ]),
    ]);
}
