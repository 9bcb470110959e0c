using System.Security.Claims;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Monitoring.Alerts;
using Datahall.Monitoring.Lines;
using Datahall.Server.Apply;
using Datahall.Server.Auth;
using Datahall.Server.Http;
using Datahall.Server.Loop;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Datahall.Server.Alerts;

/// <summary>Alerts, the rules as Prometheus reads them, what Alertmanager posts, and what people say of incidents.</summary>
internal static class AlertEndpoints
{
    private const int LongestNote = 1_000;
    private const string Yaml = "application/yaml";

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Alerts");
        group.MapGet("/alerts", List).WithName("ListAlerts").WithSummary("The alerts that are pending or fire, and how the last look at each rule went");
        group.MapGet("/rules/prometheus", Export).WithName("ExportRules").WithSummary("The alert rules as a rule file of Prometheus").Produces<string>(StatusCodes.Status200OK, Yaml);
        group.MapGet("/rules/defaults", Defaults).WithName("DefaultRules").WithSummary("The alert rules that a site begins with, as a manifest").Produces<string>(StatusCodes.Status200OK, Yaml);
        group.MapPost("/alertmanager/webhook", ReceiveAsync).WithName("AlertmanagerWebhook").WithSummary("Takes what Alertmanager posts to a webhook, version 4").RequireAuthorization(Roles.Operator);
        group.MapPost("/incidents/{name}/acknowledge", AcknowledgeAsync).WithName("AcknowledgeIncident").WithSummary("Takes an incident on").RequireAuthorization(Roles.Operator);
        group.MapPost("/incidents/{name}/resolve", ResolveAsync).WithName("ResolveIncident").WithSummary("Says that an incident is over").RequireAuthorization(Roles.Operator);
    }

    private static Ok<AlertListView> List(AlertBook book, ResourceCache cache)
    {
        if (book.Latest is not { } look)
        {
            return TypedResults.Ok(new AlertListView(null, [], []));
        }

        var incidents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var incident in cache.List(ResourceKinds.Incident, LabelSelector.All, null, int.MaxValue).Items.Cast<Incident>())
        {
            foreach (var alert in incident.Status.Alerts.Where(static alert => alert.Ended is null))
            {
                incidents.TryAdd(alert.Fingerprint, incident.Name);
            }
        }

        return TypedResults.Ok(new AlertListView(
            look.At, [.. look.Active.Select(alert => AlertView.Of(alert, incidents.GetValueOrDefault(alert.Fingerprint)))], [.. look.Rules.Select(RuleLookView.Of)]));
    }

    private static ContentHttpResult Export(ResourceCache cache) => TypedResults.Text(
        PrometheusRules.Write(cache.List(ResourceKinds.AlertRule, LabelSelector.All, null, int.MaxValue).Items.Cast<AlertRule>()), Yaml);

    private static ContentHttpResult Defaults() => TypedResults.Text(DefaultAlertRules.Manifest, Yaml);

    private static async Task<Results<Ok<WebhookAnswerView>, Problem>> ReceiveAsync(WebhookSubmission message, WebhookIntake intake, ControlLoop loop, CancellationToken cancellationToken)
    {
        IReadOnlyList<AlertChange> changes;
        int own;
        try
        {
            (changes, own) = intake.Read(message);
        }
        catch (FormatException e)
        {
            return Problem.BadRequest(e.Message);
        }

        return changes.Count > 0 && await loop.SubmitAsync(new ReportAlerts(changes), cancellationToken) is Refused refused
            ? Problem.Of(refused)
            : TypedResults.Ok(new WebhookAnswerView(changes.Count, own));
    }

    private static Task<Results<Ok<ChangeSetView>, Problem>> AcknowledgeAsync(
        string name, IncidentNoteSubmission? said, ControlLoop loop, ResourceCache cache, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SayAsync(said, note => new AcknowledgeIncident(name, Roles.NameOf(user), note), loop, cache, cancellationToken);

    private static Task<Results<Ok<ChangeSetView>, Problem>> ResolveAsync(
        string name, IncidentNoteSubmission? said, ControlLoop loop, ResourceCache cache, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        SayAsync(said, note => new ResolveIncident(name, Roles.NameOf(user), note), loop, cache, cancellationToken);

    private static async Task<Results<Ok<ChangeSetView>, Problem>> SayAsync(
        IncidentNoteSubmission? said, Func<string?, Input> input, ControlLoop loop, ResourceCache cache, CancellationToken cancellationToken)
    {
        if (said?.Note is { Length: > LongestNote } note)
        {
            return Problem.BadRequest($"note has {note.Length} characters: it may have {LongestNote}");
        }

        return await loop.SubmitAsync(input(string.IsNullOrWhiteSpace(said?.Note) ? null : PrintableText.Of(said.Note.ReplaceLineEndings(" "), LongestNote)), cancellationToken) switch
        {
            Control.Inputs.Accepted accepted => TypedResults.Ok(ChangeSetView.Of(accepted, cache.Revision)),
            Refused refused => Problem.Of(refused),
            var other => throw new InvalidOperationException($"the core answered with {other.GetType().Name}"),
        };
    }
}
