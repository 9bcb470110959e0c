using Datahall.Monitoring.Alerts;

namespace Datahall.Server.Alerts;

/// <summary>What the last look at the rules found. Thread-safe.</summary>
internal sealed class AlertBook
{
    private AlertLook? latest;

    /// <summary>The last look; null before the first.</summary>
    public AlertLook? Latest => Volatile.Read(ref latest);

    /// <summary>A look has been taken.</summary>
    public void Take(AlertLook look) => Volatile.Write(ref latest, look);

    /// <summary>Whether an alert that somebody else tells is one of ours: it has the name of one that holds here, and its labels, whatever it has besides.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> labels) => Latest is { } look && look.Active.Any(alert =>
        alert.Labels.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value));

    /// <summary>Whether an alert of our own fires that has this fingerprint.</summary>
    public bool Fires(string fingerprint) => Latest is { } look && look.Active.Any(alert => alert.State is AlertState.Firing && alert.Fingerprint == fingerprint);
}
