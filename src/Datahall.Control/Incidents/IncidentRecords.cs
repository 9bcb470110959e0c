using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Changes of what is known of an incident. Every list is bounded.</summary>
internal static class IncidentRecords
{
    /// <summary>The most alerts of one incident; more make another.</summary>
    public const int MostAlerts = 500;

    private const int MostEntries = 200;
    private const int MostEvidence = 50;
    private const int MostAdvice = 20;

    extension(IncidentStatus status)
    {
        /// <summary>How many of its alerts fire.</summary>
        public int Firing => status.Alerts.Count(static alert => alert.Ended is null);

        /// <summary>Whether another alert finds room, at the cost of one that ended.</summary>
        public bool HasRoom => status.Alerts.Count < MostAlerts || status.Firing < status.Alerts.Count;

        /// <summary>With one more entry of its story; those in the middle of a long one go, its beginning stays.</summary>
        public IncidentStatus Told(DateTimeOffset at, string what, string text, string? by = null)
        {
            List<IncidentEntry> entries = [.. status.Timeline, new() { At = at, What = what, Text = text, By = by }];
            if (entries.Count > MostEntries)
            {
                entries.RemoveAt(MostEntries / 4);
            }

            return status with { Timeline = entries };
        }

        /// <summary>With an alert that fires; one of the same fingerprint that ended gives way.</summary>
        public IncidentStatus With(IncidentAlert alert)
        {
            List<IncidentAlert> alerts = [.. status.Alerts.Where(old => old.Fingerprint != alert.Fingerprint)];
            if (alerts.Count >= MostAlerts)
            {
                alerts.RemoveAt(alerts.FindIndex(static old => old.Ended is not null));
            }

            return status with { Alerts = [.. alerts, alert], Severity = alert.Severity > status.Severity ? alert.Severity : status.Severity };
        }

        /// <summary>With more that speaks for it; the same is said once.</summary>
        public IncidentStatus With(IEnumerable<IncidentEvidence> evidence)
        {
            var known = status.Evidence.ToList();
            foreach (var item in evidence)
            {
                if (known.Count < MostEvidence && !known.Exists(old => old.About == item.About && old.Text == item.Text))
                {
                    known.Add(item);
                }
            }

            return known.Count == status.Evidence.Count ? status : status with { Evidence = known };
        }

        /// <summary>With more work that it hurts.</summary>
        public IncidentStatus Hurting(IEnumerable<string> owners)
        {
            string[] all = [.. status.Affected.Union(owners, StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(AffectedWork.Most)];
            return all.Length == status.Affected.Count ? status : status with { Affected = all };
        }

        /// <summary>With more advice, each sentence once.</summary>
        public IncidentStatus Advised(IEnumerable<string?> advice)
        {
            string[] all = [.. status.Advice.Union(advice.OfType<string>(), StringComparer.Ordinal).Take(MostAdvice)];
            return all.Length == status.Advice.Count ? status : status with { Advice = all };
        }
    }

    /// <summary>What an incident that came to be wider is called: <c>rack r1 of hall h: node-lost on 3 nodes</c>.</summary>
    public static string TitleOf(string cause, IReadOnlyList<IncidentAlert> alerts)
    {
        var place = cause.Split('/') switch
        {
            ["rack", _, var hall, var rack] => $"rack {rack} of hall {hall}",
            ["feed", var site, var feed] => $"feed {feed} of site {site}",
            [var kind, var name] => $"{kind} {name}",
            _ => cause,
        };
        return $"{place}: {string.Join(", ", alerts.Select(static alert => alert.Rule).Distinct().Order(StringComparer.Ordinal).Take(3))} on {PartsOf(alerts)}";
    }

    // Alerts of nodes name the rack of the node too: the smallest kind of part that any alert names is what they are about.
    private static string PartsOf(IReadOnlyList<IncidentAlert> alerts)
    {
        foreach (var kind in (string[])["node", "rack", "feed"])
        {
            var count = alerts.Where(alert => alert.Labels.ContainsKey(kind)).Select(alert => (kind is "rack" ? alert.Labels.GetValueOrDefault("hall") : null, alert.Labels[kind])).Distinct().Count();
            if (count > 0)
            {
                return $"{count} {kind}{(count == 1 ? "" : "s")}";
            }
        }

        return alerts.Count == 1 ? "1 part" : $"{alerts.Count} parts";
    }

    /// <summary>Puts a changed incident.</summary>
    public static void Put(this CoreState state, Incident incident, IncidentStatus status) => state.Put(incident with { Status = status });
}
