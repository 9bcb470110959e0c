using Datahall.Control.Inputs;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Loop;
using Datahall.Server.Resources;

namespace Datahall.Server.Alerts;

/// <summary>Puts the warnings of the last minutes about an incident's cause, and about the work that it hurts, beside its alerts; has the kernel's log read when the cause is a node.</summary>
internal sealed class EvidenceCollector(IResourceStore store, ResourceCache cache, ControlLoop loop, KernelEvidence kernels, TimeProvider time)
{
    private const int MostResources = 10;
    private const int MostEvents = 5;
    private static readonly TimeSpan window = TimeSpan.FromMinutes(10);

    /// <summary>Looks after the incidents of alerts that began to fire.</summary>
    /// <exception cref="StoreUnavailableException">The store does not take it now; it is left out then.</exception>
    public async Task CollectAsync(IReadOnlyList<AlertChange> changes, CancellationToken cancellationToken)
    {
        var fingerprints = changes.Where(static change => change.Alert.Ended is null).Select(static change => change.Alert.Fingerprint).ToHashSet(StringComparer.Ordinal);
        if (fingerprints.Count == 0)
        {
            return;
        }

        var incidents = cache.List(ResourceKinds.Incident, LabelSelector.All, null, int.MaxValue).Items.Cast<Incident>();
        foreach (var incident in incidents.Where(incident => incident.Status.Resolved is null && incident.Status.Alerts.Any(alert => fingerprints.Contains(alert.Fingerprint))))
        {
            var found = await FindAsync(incident.Status, cancellationToken);
            if (found.Count > 0)
            {
                await loop.SubmitAsync(new AddEvidence(incident.Name, found), cancellationToken);
            }

            if (incident.Status.Cause.Split('/') is ["node", var node])
            {
                kernels.Ask(incident.Name, node);
            }
        }
    }

    private async Task<IReadOnlyList<IncidentEvidence>> FindAsync(IncidentStatus status, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - window;
        var found = new List<IncidentEvidence>();
        foreach (var about in status.Affected.Take(MostResources).Prepend(status.Cause))
        {
            if (about.Split('/') is [var word, var name] && ResourceKinds.Find(word) is { } kind)
            {
                var events = await store.EventsAsync(new EventQuery(0, new(kind, name), 50), cancellationToken);
                found.AddRange(events.Where(e => e.Severity is EventSeverity.Warning && e.Time >= since).TakeLast(MostEvents)
                    .Select(e => new IncidentEvidence { At = e.Time, Source = "event", About = about, Text = $"{e.Reason}: {e.Message}" }));
            }
        }

        return found;
    }
}
