using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>The incidents, and which of them has which alert; derived from the resources.</summary>
internal sealed class IncidentIndex
{
    private readonly SortedSet<(DateTimeOffset Opened, string Name)> open = [];
    private readonly SortedSet<(DateTimeOffset Resolved, string Name)> resolved = [];
    private readonly Dictionary<string, string> byFingerprint = new(StringComparer.Ordinal);

    /// <summary>Those that are not over, the oldest first.</summary>
    public IEnumerable<string> Open => open.Select(static item => item.Name);

    /// <summary>Those that are over, the one that ended last first.</summary>
    public IEnumerable<string> Resolved => resolved.Reverse().Select(static item => item.Name);

    /// <summary>How many are over.</summary>
    public int ResolvedCount => resolved.Count;

    /// <summary>The incident in which an alert fires; null when it fires in none.</summary>
    public string? FiringIn(string fingerprint) => byFingerprint.GetValueOrDefault(fingerprint);

    /// <summary>Takes up one change.</summary>
    public void Change(Incident? before, Incident? after)
    {
        if (before is not null)
        {
            Order(before).Remove(KeyOf(before));
            foreach (var alert in before.Status.Alerts.Where(alert => alert.Ended is null && byFingerprint.GetValueOrDefault(alert.Fingerprint) == before.Name))
            {
                byFingerprint.Remove(alert.Fingerprint);
            }
        }

        if (after is not null)
        {
            Order(after).Add(KeyOf(after));
            foreach (var alert in after.Status.Alerts.Where(static alert => alert.Ended is null))
            {
                byFingerprint[alert.Fingerprint] = after.Name;
            }
        }
    }

    private SortedSet<(DateTimeOffset, string)> Order(Incident incident) => incident.Status.Resolved is null ? open : resolved;

    private static (DateTimeOffset, string) KeyOf(Incident incident) => (incident.Status.Resolved?.At ?? incident.Status.Opened, incident.Name);
}
