using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>The incidents, and which of them has which alert, cause and work; derived from the resources.</summary>
internal sealed class IncidentIndex
{
    private readonly SortedSet<(DateTimeOffset Opened, string Name)> open = [];
    private readonly SortedSet<(DateTimeOffset Resolved, string Name)> resolved = [];
    private readonly Dictionary<string, string> byFingerprint = new(StringComparer.Ordinal);
    private readonly Lists openOf = new();
    private readonly Lists openIn = new();
    private readonly Lists openHurting = new();
    private readonly Lists resolvedOf = new();

    /// <summary>How many are not over.</summary>
    public int OpenCount => open.Count;

    /// <summary>Those that are over, the one that ended last first.</summary>
    public IEnumerable<string> Resolved => resolved.Reverse().Select(static item => item.Name);

    /// <summary>How many are over.</summary>
    public int ResolvedCount => resolved.Count;

    /// <summary>The incident in which an alert fires; null when it fires in none.</summary>
    public string? FiringIn(string fingerprint) => byFingerprint.GetValueOrDefault(fingerprint);

    /// <summary>Those of a cause that are not over, with the times at which they were opened, the oldest first.</summary>
    public IReadOnlyCollection<(DateTimeOffset Opened, string Name)> OpenOf(string cause) => openOf[cause];

    /// <summary>Those about racks and feeds of a site that are not over, the oldest first.</summary>
    public IReadOnlyCollection<(DateTimeOffset Opened, string Name)> OpenIn(string site) => openIn[site];

    /// <summary>Those that hurt a job or service and are not over, the oldest first.</summary>
    public IReadOnlyCollection<(DateTimeOffset Opened, string Name)> OpenHurting(string owner) => openHurting[owner];

    /// <summary>Those of a cause that are over, the one that ended last first.</summary>
    public IEnumerable<string> ResolvedOf(string cause) => resolvedOf[cause].Reverse().Select(static item => item.Item2);

    /// <summary>Takes up one change.</summary>
    public void Change(Incident? before, Incident? after)
    {
        // An alert that joins leaves most as it was.
        if (before is null || after is null || KeyOf(before) != KeyOf(after) || IsOpen(before) != IsOpen(after)
            || before.Status.Cause != after.Status.Cause || !ReferenceEquals(before.Status.Affected, after.Status.Affected))
        {
            Order(before, static (list, key) => list.Remove(key));
            Order(after, static (list, key) => list.Add(key));
        }

        foreach (var alert in (before?.Status.Alerts ?? []).Where(alert => alert.Ended is null && byFingerprint.GetValueOrDefault(alert.Fingerprint) == before!.Name))
        {
            byFingerprint.Remove(alert.Fingerprint);
        }

        foreach (var alert in (after?.Status.Alerts ?? []).Where(static alert => alert.Ended is null))
        {
            byFingerprint[alert.Fingerprint] = after!.Name;
        }
    }

    private void Order(Incident? incident, Func<SortedSet<(DateTimeOffset, string)>, (DateTimeOffset, string), bool> change)
    {
        if (incident is null)
        {
            return;
        }

        var (key, status) = (KeyOf(incident), incident.Status);
        change(IsOpen(incident) ? open : resolved, key);
        (IsOpen(incident) ? openOf : resolvedOf).Change(status.Cause, key, change);
        if (!IsOpen(incident))
        {
            return;
        }

        if (status.Cause.Split('/') is ["rack" or "feed", var site, ..])
        {
            openIn.Change(site, key, change);
        }

        foreach (var owner in status.Affected)
        {
            openHurting.Change(owner, key, change);
        }
    }

    private static bool IsOpen(Incident incident) => incident.Status.Resolved is null;

    private static (DateTimeOffset, string) KeyOf(Incident incident) => (incident.Status.Resolved?.At ?? incident.Status.Opened, incident.Name);

    // Ordered lists by a word; one that is empty is not kept.
    private sealed class Lists
    {
        private static readonly SortedSet<(DateTimeOffset, string)> none = [];
        private readonly Dictionary<string, SortedSet<(DateTimeOffset, string)>> lists = new(StringComparer.Ordinal);

        public SortedSet<(DateTimeOffset, string)> this[string word] => lists.GetValueOrDefault(word, none);

        public void Change(string word, (DateTimeOffset, string) key, Func<SortedSet<(DateTimeOffset, string)>, (DateTimeOffset, string), bool> change)
        {
            if (!lists.TryGetValue(word, out var list))
            {
                lists[word] = list = [];
            }

            change(list, key);
            if (list.Count == 0)
            {
                lists.Remove(word);
            }
        }
    }
}
