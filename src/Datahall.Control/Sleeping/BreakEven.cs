using Datahall.Control.Core;
using Datahall.Energy.Attribution;
using Datahall.Model;

namespace Datahall.Control.Sleeping;

/// <summary>Knows after which idle time sleep saves energy, node by node: the break-even time of its type of server.</summary>
internal sealed class BreakEven(CoreState state)
{
    // Where nobody says how the server sleeps.
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(15);

    // Fans of a usual inlet: their part of the idle power is small.
    private const double InletCelsius = 20;

    private Dictionary<string, Known> before = new(StringComparer.Ordinal);
    private Dictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <summary>A look begins: what the one before it did not ask is forgotten.</summary>
    public void Begin() => (before, known) = (known, new(before.Count, StringComparer.Ordinal));

    /// <summary>The break-even time; 15 min when the type is not known, or not how it sleeps; the longest time there is when sleep never saves.</summary>
    public TimeSpan Of(Node node)
    {
        var (site, label) = (SiteOf(node), node.Labels.GetValueOrDefault(NodeServer.Label) ?? node.Status?.Labels.GetValueOrDefault(NodeServer.Label));
        if (!before.TryGetValue(node.Name, out var entry) || entry.Label != label || entry.Location != node.Spec.Location
            || !ReferenceEquals(entry.Capacity, node.Status?.Capacity) || !ReferenceEquals(entry.Site, site))
        {
            entry = new(label, node.Spec.Location, node.Status?.Capacity, site, Compute(node, label, site));
        }

        known[node.Name] = entry;
        return entry.Time;
    }

    private static TimeSpan Compute(Node node, string? label, SiteSpec? site)
    {
        var rack = node.Spec.Location is { } at ? site?.Halls.FirstOrDefault(hall => hall.Name == at.Hall)?.AllRacks().FirstOrDefault(rack => rack.Name == at.Rack) : null;
        var type = NodeServer.Of(site, rack?.Servers ?? [], label, node.Status?.Capacity ?? new()).Type;
        var seconds = type.Sleep?.BreakEvenSeconds(type.Draw(type.Power.IdleWatts, InletCelsius).Wall);
        return seconds is not { } known ? Usual : known < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(Math.Ceiling(known)) : TimeSpan.MaxValue;
    }

    // A location may leave the site out when there is only one.
    private SiteSpec? SiteOf(Node node) => node.Spec.Location is not { } at ? null
        : at.Site is { } name ? state.Find<Site>(ResourceKinds.Site, name)?.Spec
        : state.All.OfType<Site>().Take(2).ToList() is [var only] ? only.Spec : null;

    private readonly record struct Known(string? Label, NodeLocation? Location, NodeCapacity? Capacity, SiteSpec? Site, TimeSpan Time);
}
