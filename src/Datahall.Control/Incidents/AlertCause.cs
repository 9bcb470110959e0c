using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Control.Incidents;

/// <summary>Finds what an alert is about, and what that is a part of.</summary>
internal sealed class AlertCause(CoreState state)
{
    /// <summary>What an alert is about, by its labels.</summary>
    /// <remarks>Labels of other programs count where they name something that is known: <c>Hostname</c> of the DCGM exporter, the host of <c>instance</c>.</remarks>
    public string Of(IncidentAlert alert)
    {
        var labels = alert.Labels;
        return NodeOf(labels) is { } node ? $"node/{node}"
            : Known<Service>(ResourceKinds.Service, labels, "service", "route") is { } service ? $"service/{service}"
            : Known<Job>(ResourceKinds.Job, labels, "job", "exported_job") is { } job ? $"job/{job}"
            : labels.GetValueOrDefault("queue") is { Length: > 0 } queue ? $"queue/{queue}"
            : PlaceOf(labels) ?? $"rule/{alert.Rule}";
    }

    /// <summary>Where nodes stand, as of the input that is being taken.</summary>
    public Topology Topology { get; private set; } = new(state);

    /// <summary>Another input is being taken: nodes and sites may have changed.</summary>
    public void Begin() => Topology = new(state);

    /// <summary>What a cause is a part of: a node of its rack, a rack of its feed or site, a feed of the one before it or of its site; null when that is not known.</summary>
    public string? ParentOf(string cause) => Topology.ParentOf(cause);

    /// <summary>The cause and everything that it is a part of.</summary>
    public IEnumerable<string> LineOf(string cause)
    {
        // A circle of feeds is refused when the site is applied; a bound is cheaper than trust.
        for (var (at, steps) = ((string?)cause, 0); at is not null && steps < 10; steps++)
        {
            yield return at;
            at = ParentOf(at);
        }
    }

    private string? NodeOf(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault("node") is { Length: > 0 } node ? node
        : Known<Node>(ResourceKinds.Node, labels, "Hostname", "exported_node") ?? (HostOf(labels.GetValueOrDefault("instance")) is { } host && state.Node(host) is not null ? host : null);

    private static string? HostOf(string? instance) => instance is null ? null : instance.LastIndexOf(':') is > 0 and var colon ? instance[..colon] : instance;

    private string? Known<T>(string kind, IReadOnlyDictionary<string, string> labels, params ReadOnlySpan<string> names)
        where T : Resource
    {
        foreach (var name in names)
        {
            if (labels.TryGetValue(name, out var value) && state.Find<T>(kind, value) is not null)
            {
                return value;
            }
        }

        return null;
    }

    private static string? PlaceOf(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault("site") is not { Length: > 0 } site ? null
            : labels.GetValueOrDefault("feed") is { Length: > 0 } feed ? $"feed/{site}/{feed}"
            : labels.GetValueOrDefault("rack") is { Length: > 0 } rack && labels.GetValueOrDefault("hall") is { Length: > 0 } hall ? $"rack/{site}/{hall}/{rack}"
            : $"site/{site}";
}
