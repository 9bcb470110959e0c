using Datahall.Control.Inputs;
using Datahall.Energy.Attribution;
using Datahall.Energy.Capping;
using Datahall.Model;
using Datahall.Server.Loop;
using Datahall.Server.Resources;

namespace Datahall.Server.Energy;

/// <summary>Looks after the power limits of sites whose <c>spec.capping</c> says so: proposes caps of nodes to the core, and takes them away. For one caller at a time.</summary>
/// <remarks>The caps in force are in the resources, and nowhere else: a guard that starts anew goes on from there.</remarks>
internal sealed class PowerGuard(ResourceCache cache, ControlLoop loop)
{
    // What a server's fans see, for its highest power.
    private const double UsualInletCelsius = 18;

    private readonly Dictionary<string, (SiteSpec Spec, NodeGuard Guard)> guards = new(StringComparer.Ordinal);

    /// <summary>Takes a look at the fleet.</summary>
    /// <param name="sample">The look.</param>
    /// <param name="seconds">The time since the one before, in seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why the core refused; null when it did not.</returns>
    public async Task<string?> TakeAsync(FleetSample sample, double seconds, CancellationToken cancellationToken)
    {
        var sites = All<Site>(ResourceKinds.Site).ToList();
        var nodes = All<Node>(ResourceKinds.Node).Where(static node => node.Status?.Capacity is not null).ToList();
        foreach (var gone in guards.Keys.Where(name => !sites.Exists(site => site.Name == name && site.Spec.Capping is { When: SiteCappingTime.Load })).ToList())
        {
            guards.Remove(gone);
        }

        var seen = sample.Nodes.ToDictionary(static node => node.Node.Name, StringComparer.Ordinal);
        var bySite = nodes.Where(MayDraw).ToLookup(node => node.Spec.Location?.Site ?? (sites.Count == 1 ? sites[0].Name : ""), StringComparer.Ordinal);
        var changes = new List<AutomaticCapChange>();
        var guarded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var site in sites.Where(static site => site.Spec.Capping is { When: SiteCappingTime.Load }))
        {
            var racks = site.Spec.Halls.SelectMany(static hall => hall.AllRacks().Select(rack => (hall.Name, rack.Name, rack))).ToDictionary(static place => (place.Item1, place.Item2), static place => place.rack);
            List<GuardedNode> here = [.. bySite[site.Name].Where(node => node.Spec.Location is { } at && racks.ContainsKey((at.Hall, at.Rack))).Select(node => See(node, site.Spec, racks, seen.GetValueOrDefault(node.Name)))];
            guarded.UnionWith(here.Select(static node => node.Name));
            changes.AddRange(GuardOf(site).Step(here, OtherWatts(site, sample), seconds)
                .Select(static change => new AutomaticCapChange(change.Node, change.Watts is { } watts ? new Watts(watts) : null, change.Why)));
        }

        changes.AddRange(nodes.Where(node => node.Status!.AutomaticCap is not null && !guarded.Contains(node.Name))
            .Select(static node => new AutomaticCapChange(node.Name, null, "no limit of a site with spec.capping is guarded for it now: it draws nothing, stands elsewhere, or capping is off")));
        return changes.Count > 0 && await loop.SubmitAsync(new SetAutomaticCaps(changes), cancellationToken) is Refused refused ? refused.Errors[0].Message : null;
    }

    private IEnumerable<T> All<T>(string kind)
        where T : Resource => cache.List(kind, LabelSelector.All, null, int.MaxValue).Items.Cast<T>();

    // A node that is lost may run on, and draw what it can.
    private static bool MayDraw(Node node) => node.Status is { Phase: NodePhase.Ready or NodePhase.Joining or NodePhase.Leaving or NodePhase.Lost };

    private NodeGuard GuardOf(Site site)
    {
        if (!guards.TryGetValue(site.Name, out var known) || !ReferenceEquals(known.Spec, site.Spec))
        {
            var rules = site.Spec.Capping!;
            guards[site.Name] = known = (site.Spec, new(site.Spec, new() { Trip = rules.Trip, Target = rules.Target, Release = rules.Release, HoldSeconds = rules.Hold.TimeSpan.TotalSeconds }));
        }

        return known.Guard;
    }

    private static GuardedNode See(Node node, SiteSpec site, Dictionary<(string, string), Rack> racks, NodeSample? sample)
    {
        var (at, status) = (node.Spec.Location!, node.Status!);
        var server = sample?.Server ?? NodeServer.Of(
            site, racks[(at.Hall, at.Rack)].Servers, node.Labels.GetValueOrDefault(NodeServer.Label) ?? status.Labels.GetValueOrDefault(NodeServer.Label), status.Capacity!);
        return new()
        {
            Name = node.Name,
            Hall = at.Hall,
            Rack = at.Rack,
            Watts = sample is { IsDoubtful: false } ? sample.Power.Wall : double.NaN,
            RatedWatts = Math.Max(server.Type.Draw(server.Type.Power.MaxWatts, UsualInletCelsius).Wall, status.CapRange?.Most.Value ?? 0),
            Priority = sample is { Tasks.Count: > 0 } ? sample.Tasks.Max(static task => task.Task.Spec.Priority) : int.MinValue,
            LeastWatts = status.CapRange?.Least.Value,
            MostWatts = status.CapRange?.Most.Value ?? 0,
            CapWatts = status.AutomaticCap?.Watts.Value,
            HeldWatts = status.Phase is NodePhase.Lost ? null : status.PowerCap?.InForce?.Value, // One that is lost may have booted anew, without a cap.
        };
    }

    // What the grid connection carries beside the servers and their feeds; without a model only what the site says of itself.
    private static double OtherWatts(Site site, FleetSample sample) =>
        sample.Sites.FirstOrDefault(seen => seen.Name == site.Name)?.Power is { } power ? power.Plant.Total + power.Other : site.Spec.OtherLoad?.Value ?? 0;
}
