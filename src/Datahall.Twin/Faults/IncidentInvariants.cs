using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Twin.Faults;

/// <summary>What must hold of incidents.</summary>
internal static class IncidentInvariants
{
    /// <summary>Looks at all incidents.</summary>
    public static void Check(ControlCore core)
    {
        var firing = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var incident in core.Resources.OfType<Incident>())
        {
            CheckMarks(incident);
            foreach (var alert in incident.Status.Alerts.Where(static alert => alert.Ended is null))
            {
                if (!firing.TryAdd(alert.Fingerprint, incident.Name))
                {
                    throw new InvariantException($"alert {alert.Fingerprint} fires in incident {firing[alert.Fingerprint]} and in {incident.Name}");
                }
            }
        }
    }

    private static void CheckMarks(Incident incident)
    {
        var status = incident.Status;
        var isWrong = status.State switch
        {
            IncidentState.Resolved => status.Resolved is null || (status.Resolved.By == "datahall" && status.Alerts.Any(static alert => alert.Ended is null)),
            IncidentState.Acknowledged => status.Acknowledged is null || status.Resolved is not null,
            _ => status.Acknowledged is not null || status.Resolved is not null,
        };
        if (isWrong || (status.Resolved is null && !status.Alerts.Any(static alert => alert.Ended is null)) || status.Timeline.Count is 0 or > 200)
        {
            throw new InvariantException($"incident {incident.Name} is {status.State} with {status.Alerts.Count(static alert => alert.Ended is null)} of {status.Alerts.Count} alerts firing, "
                + $"acknowledged by {status.Acknowledged?.By ?? "nobody"}, resolved by {status.Resolved?.By ?? "nobody"}, {status.Timeline.Count} entries");
        }
    }
}
