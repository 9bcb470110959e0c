using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Finds the incident that an alert belongs to, and joins incidents that have a cause in common.</summary>
internal sealed class IncidentGrouping(CoreState state, AlertCause causes)
{
    /// <summary>How far alerts of one cause may lie apart: rules look for some minutes before they fire.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromMinutes(10);

    // From how many parts on the whole is taken for the cause: three, or two if that is at least half of a rack.
    private const int Parts = 3;

    private readonly IncidentIndex incidents = state.Indexes.Incidents;

    /// <summary>The incident that an alert joins; null when it is one of its own.</summary>
    public Incident? HomeOf(IncidentAlert alert, string cause) =>
        Found(incidents.OpenOf(cause)).FirstOrDefault(static incident => incident.Status.HasRoom)
        ?? Found(causes.LineOf(cause).Skip(1).Distinct().SelectMany(incidents.OpenOf).Order())
            .FirstOrDefault(incident => incident.Status.HasRoom && IsNear(incident.Status.Changed) && IsWider(incident.Status, alert))
        ?? Found(incidents.OpenHurting(cause)).FirstOrDefault(incident => incident.Status.HasRoom && IsNear(incident.Status.Opened));

    /// <summary>An incident of the same cause and rule that ended by itself a short time ago: it has only paused.</summary>
    public Incident? PausedOf(IncidentAlert alert, string cause) => incidents.ResolvedOf(cause).Select(Find)
        .TakeWhile(incident => IsNear(incident.Status.Resolved!.At))
        .FirstOrDefault(incident => incident.Status.MergedInto is null && incident.Status.Resolved!.By == IncidentBook.Self
            && incident.Status.HasRoom && incident.Status.Alerts.Any(old => old.Rule == alert.Rule));

    /// <summary>The open incidents that have the same rule at the same time in the same larger part, if they are enough to blame that; else none.</summary>
    /// <param name="incident">An incident that has just changed.</param>
    /// <param name="rule">The rule of the alert that changed it.</param>
    /// <returns>The larger part, and the incidents, the oldest first.</returns>
    public (string Cause, IReadOnlyList<Incident> Joined)? Wider(Incident incident, string rule)
    {
        if (causes.ParentOf(incident.Status.Cause) is not { } parent)
        {
            return null;
        }

        var joined = Found(PartsOf(parent)).Where(other => IsNear(other.Status.Opened) && causes.ParentOf(other.Status.Cause) == parent && other.Status.Alerts.Any(alert => alert.Rule == rule)).ToList();
        return joined.Count >= Least(parent) && joined.Sum(static other => other.Status.Alerts.Count) <= IncidentRecords.MostAlerts ? (parent, joined) : null;
    }

    // Those that may be about parts of a whole, the oldest first: of a rack its nodes, of a feed or a site what else is in the site.
    private IEnumerable<(DateTimeOffset Opened, string Name)> PartsOf(string parent) => parent.Split('/') is [not "rack", var site, ..]
        ? incidents.OpenIn(site)
        : causes.Topology.NodesOf(parent).SelectMany(node => incidents.OpenOf($"node/{node}")).Order();

    private IEnumerable<Incident> Found(IEnumerable<(DateTimeOffset Opened, string Name)> items) => items.Select(item => Find(item.Name));

    private Incident Find(string name) => state.Find<Incident>(ResourceKinds.Incident, name)!;

    private bool IsNear(DateTimeOffset time) => state.Now - time <= Near;

    // A rack or a feed with trouble of its own takes in what is below it; a site only what it has already: too much is below it.
    private static bool IsWider(IncidentStatus status, IncidentAlert alert) =>
        status.Cause is not ['n', 'o', 'd', 'e', '/', ..] && (!status.Cause.StartsWith("site/", StringComparison.Ordinal) || status.Alerts.Any(old => old.Rule == alert.Rule));

    private int Least(string parent) => parent.StartsWith("rack/", StringComparison.Ordinal)
        ? Math.Max(2, Math.Min(Parts, (causes.Topology.NodesOf(parent).Count + 1) / 2))
        : 2;
}
