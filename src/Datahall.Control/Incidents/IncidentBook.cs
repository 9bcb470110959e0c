using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Makes incidents of alerts, and keeps them until they are over, and for a while after.</summary>
/// <remarks>See docs/monitoring/incidents.md.</remarks>
internal sealed class IncidentBook
{
    /// <summary>Who acts when nobody does.</summary>
    public const string Self = "datahall";

    /// <summary>How long an incident is kept that is over.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>How many are kept that are over.</summary>
    public const int MostResolved = 1_000;

    /// <summary>How many may be open; alerts that would open more join one of their own.</summary>
    public const int MostOpen = 1_000;

    // What such alerts have in common is no cause, so no other alert finds its way here by its own.
    private const string Others = "others/many";

    private readonly CoreState state;
    private readonly AlertCause causes;
    private readonly IncidentGrouping grouping;
    private readonly AffectedWork work;
    private readonly FailureEvidence failures;
    private int made;

    public IncidentBook(CoreState state)
    {
        this.state = state;
        causes = new(state);
        grouping = new(state, causes);
        work = new(state, causes);
        failures = new(state);
    }

    /// <summary>A step begins.</summary>
    public void Begin() => made = 0;

    /// <summary>Alerts began to fire, or ended. Taken twice it is taken once.</summary>
    public Outcome Take(ReportAlerts report)
    {
        if (report.Changes.FirstOrDefault(static change => change.Alert is { Fingerprint.Length: 0 } or { Rule.Length: 0 }) is { } bad)
        {
            return new Refused(RefusalKind.Invalid, [new(new(ResourceKinds.AlertRule, bad.Alert.Rule), null, "an alert needs a rule and a fingerprint")]);
        }

        causes.Begin();
        foreach (var change in report.Changes)
        {
            if (change.Alert.Ended is null)
            {
                Fire(change.Alert, change.Advice);
            }
            else
            {
                End(change.Alert);
            }
        }

        return new Accepted([]);
    }

    /// <summary>Somebody takes an incident on.</summary>
    public Outcome Take(AcknowledgeIncident input)
    {
        if (Refusal(input.Incident) is { } refusal)
        {
            return refusal;
        }

        var before = Find(input.Incident)!;
        if (before.Status.Acknowledged is { } mark && mark.By == input.By && mark.Note == input.Note)
        {
            return new Accepted([new(before.Key, ChangeAction.Unchanged, before, before)]);
        }

        var text = input.Note is { } note ? $"{input.By} has taken it on: {note}" : $"{input.By} has taken it on";
        state.Put(before, (before.Status with { State = IncidentState.Acknowledged, Acknowledged = new() { At = state.Now, By = input.By, Note = input.Note } }).Told(state.Now, "acknowledged", text, input.By));
        state.Emit(before.Key, "IncidentAcknowledged", text);
        return new Accepted([new(before.Key, ChangeAction.Configured, before, Find(input.Incident))]);
    }

    /// <summary>Somebody says that it is over. What still fires is not looked at again until it has ended.</summary>
    public Outcome Take(ResolveIncident input)
    {
        if (Refusal(input.Incident) is { } refusal)
        {
            return refusal;
        }

        var before = Find(input.Incident)!;
        Resolve(before, input.By, input.Note, input.Note is { } note ? $"{input.By} says that it is over: {note}" : $"{input.By} says that it is over");
        return new Accepted([new(before.Key, ChangeAction.Configured, before, Find(input.Incident))]);
    }

    /// <summary>More was found that speaks for an incident's cause; one that is gone is passed over.</summary>
    public Outcome Take(AddEvidence input)
    {
        if (Find(input.Incident) is { } incident && incident.Status.With(input.Evidence).Advised(input.Advice) is var status && !ReferenceEquals(status, incident.Status))
        {
            state.Put(incident, status);
        }

        return new Accepted([]);
    }

    /// <summary>It was found why a task's last attempt failed.</summary>
    public void Note(TaskResource task)
    {
        foreach (var incident in failures.Candidates(task).Select(Find).OfType<Incident>().ToList())
        {
            if (failures.Joined(incident.Status, task) is var status && !ReferenceEquals(status, incident.Status))
            {
                state.Put(incident, status);
            }
        }
    }

    /// <summary>An incident that is over has been kept for long enough.</summary>
    public void Expire(Incident incident) => state.Remove(incident.Key);

    private Incident? Find(string name) => state.Find<Incident>(ResourceKinds.Incident, name);

    private Refused? Refusal(string name)
    {
        var key = new ResourceKey(ResourceKinds.Incident, name);
        return Find(name) switch
        {
            null => new(RefusalKind.NotFound, [new(key, null, $"there is no {key}")]),
            { Status: { Resolved: { } end } status } => new(RefusalKind.Conflict, [new(key, null, status.MergedInto is { } into ? $"it has become a part of incident/{into}: use that one" : $"it is over since {end.At:u}")]),
            _ => null,
        };
    }

    private void Fire(IncidentAlert alert, string? advice)
    {
        if (state.Indexes.Incidents.FiringIn(alert.Fingerprint) is not null)
        {
            return; // It is known; what is said twice is taken once.
        }

        var cause = causes.Of(alert);
        var (incident, what) = HomeOf(alert, cause);
        var status = incident.Status.With(alert)
            .With([new() { At = alert.Since, Source = "alert", About = cause, Text = alert.Summary }, .. Known(cause)])
            .Hurting(work.Of(cause)).Advised([advice]);
        state.Put(incident, (failures.Joined(status) with { Changed = state.Now }).Told(state.Now, what, alert.Summary));
        if (what is not "fired")
        {
            state.Warn(incident.Key, what is "opened" ? "IncidentOpened" : "IncidentReopened", alert.Summary);
        }

        Widen(Find(incident.Name)!, alert.Rule);
    }

    // Beyond what anybody can look at, each one more would only make the list longer and every step slower.
    private (Incident Incident, string What) HomeOf(IncidentAlert alert, string cause) =>
        grouping.HomeOf(alert, cause) is { } home ? (home, "fired")
        : state.Indexes.Incidents.OpenCount >= MostOpen ? grouping.HomeOf(alert, Others) is { } others ? (others, "fired") : (Opened(alert, Others, $"many others: {MostOpen} incidents were open before"), "opened")
        : grouping.PausedOf(alert, cause) is { } paused ? (Reopened(paused), "reopened")
        : (Opened(alert, cause, alert.Summary), "opened");

    private Incident Opened(IncidentAlert alert, string cause, string title)
    {
        made++;
        var name = string.Create(CultureInfo.InvariantCulture, $"inc-{state.NextRevision}{(made > 1 ? $"-{made}" : "")}");
        return new() { Name = name, Status = new() { Title = title, Cause = cause, Severity = alert.Severity, Opened = state.Now } };
    }

    private static Incident Reopened(Incident paused) => paused with
    {
        Status = paused.Status with { Resolved = null, State = paused.Status.Acknowledged is null ? IncidentState.Firing : IncidentState.Acknowledged },
    };

    // What the core itself knows of the cause.
    private IEnumerable<IncidentEvidence> Known(string cause)
    {
        var (about, text) = cause.Split('/') switch
        {
            ["node", var name] when state.Node(name)?.Status is { Phase: not NodePhase.Ready, Message: { } message } status => (status.Since, $"node {name} is {status.Phase.ToString().ToLowerInvariant()}: {message}"),
            ["node", var name] when state.Node(name) is { Spec.Mode: not NodeMode.Open and var mode } => (null, $"node {name} is {mode.ToString().ToLowerInvariant()} by hand"),
            ["service", var name] when state.Service(name)?.Status is { Message: { } message } => (null, $"service {name}: {message}"),
            ["job", var name] when state.Job(name)?.Status is { Message: { } message } => (null, $"job {name}: {message}"),
            _ => ((DateTimeOffset?)null, (string?)null),
        };
        return text is null ? [] : [new() { At = about ?? state.Now, Source = "core", About = cause, Text = text }];
    }

    private void End(IncidentAlert alert)
    {
        if (state.Indexes.Incidents.FiringIn(alert.Fingerprint) is not { } name)
        {
            return;
        }

        var incident = Find(name)!;
        IncidentAlert[] alerts = [.. incident.Status.Alerts.Select(old => old.Fingerprint == alert.Fingerprint && old.Ended is null ? old with { Ended = alert.Ended } : old)];
        var status = (incident.Status with { Alerts = alerts, Changed = state.Now }).Told(state.Now, "ended", $"over: {alert.Summary}");
        state.Put(incident, status);
        if (status.Resolved is null && status.Firing == 0)
        {
            Resolve(Find(name)!, Self, null, alerts.Length == 1 ? "its alert has ended" : $"all {alerts.Length} alerts have ended");
        }
    }

    private void Resolve(Incident incident, string by, string? note, string text)
    {
        var status = incident.Status with { State = IncidentState.Resolved, Resolved = new() { At = state.Now, By = by, Note = note } };
        state.Put(incident, status.Told(state.Now, "resolved", text, by == Self ? null : by));
        state.Emit(incident.Key, "IncidentResolved", text);
        Prune();
    }

    // The oldest of those that have something in common lives on with the alerts of all.
    private void Widen(Incident incident, string rule)
    {
        while (grouping.Wider(incident, rule) is var (cause, joined))
        {
            var kept = joined[0];
            var status = kept.Status;
            foreach (var other in joined.Skip(1))
            {
                status = other.Status.Alerts.Aggregate(status, static (all, alert) => all.With(alert))
                    .With(other.Status.Evidence).Hurting(other.Status.Affected).Advised(other.Status.Advice);
                Merge(other, kept.Name);
            }

            var title = IncidentRecords.TitleOf(cause, status.Alerts);
            status = status with { Cause = cause, Title = title, Changed = state.Now };
            state.Put(kept, status.Advised([$"Look first at what they have in common: the power, the cooling and the network of {cause}."]).Told(state.Now, "widened", $"{joined.Count} incidents have it in common: {title}"));
            state.Warn(kept.Key, "IncidentWidened", title);
            incident = Find(kept.Name)!;
        }
    }

    private void Merge(Incident incident, string into)
    {
        var text = $"it is a part of incident/{into}";
        var status = incident.Status with
        {
            State = IncidentState.Resolved,
            Resolved = new() { At = state.Now, By = Self, Note = text },
            MergedInto = into,
            Alerts = [],
        };
        state.Put(incident, status.Told(state.Now, "merged", text));
        state.Emit(incident.Key, "IncidentMerged", text);
        Prune();
    }

    private void Prune()
    {
        while (state.Indexes.Incidents.ResolvedCount > MostResolved)
        {
            Expire(Find(state.Indexes.Incidents.Resolved.Last())!);
        }
    }
}
