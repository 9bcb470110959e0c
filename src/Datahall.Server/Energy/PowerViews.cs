using System.Text.Json.Serialization;
using Datahall.Energy.Attribution;

namespace Datahall.Server.Energy;

/// <summary>What is drawn now. What is not known is absent.</summary>
/// <param name="Time">When it was looked at; absent before the first look.</param>
/// <param name="Sites">The sites.</param>
/// <param name="Nodes">The nodes that send readings, the hungriest first.</param>
/// <param name="Owners">The jobs and services, the hungriest first; the kind <c>idle</c> is what falls to none.</param>
internal sealed record PowerView(DateTimeOffset? Time, IReadOnlyList<SitePowerView> Sites, IReadOnlyList<NodePowerView> Nodes, IReadOnlyList<OwnerPowerView> Owners)
{
    public static PowerView Of(FleetSample? sample) => sample is null
        ? new(null, [], [], [])
        : new(
            sample.Time,
            [.. sample.Sites.Select(SitePowerView.Of)],
            [.. sample.Nodes.OrderByDescending(static node => node.Power.Wall).Select(NodePowerView.Of)],
            [.. OwnersOf(sample).OrderByDescending(static owner => owner.Watts).ThenBy(static owner => owner.Name, StringComparer.Ordinal)]);

    private static IEnumerable<OwnerPowerView> OwnersOf(FleetSample sample)
    {
        var parts = sample.Nodes.SelectMany(static node => node.Tasks.Select(part => (part.Task.Spec.Owner, part.Task.Spec.Queue, part.Watts, Share: node.Over(1).Part(part.Watts / node.Power.Wall)))).ToList();
        foreach (var owner in parts.GroupBy(static part => part.Owner))
        {
            yield return Sum(owner.Key.Kind.ToLowerInvariant(), owner.Key.Name, owner.First().Queue, owner.Count(), [.. owner.Select(static part => part.Share)]);
        }

        if (sample.Nodes.Count > 0)
        {
            yield return Sum("idle", "", null, 0, [.. sample.Nodes.Select(static node => node.Over(1).Part(node.IdleWatts / node.Power.Wall))]);
        }
    }

    private static OwnerPowerView Sum(string kind, string name, string? queue, int tasks, IReadOnlyList<EnergyShare> parts)
    {
        var sum = parts.Aggregate(static (a, b) => a + b);
        return new(kind, name, queue, tasks, sum.It, sum.Facility, sum.Cooling, sum.It > 0 ? sum.Measured / sum.It : 0);
    }
}

/// <summary>What a site draws now.</summary>
/// <param name="Site">The site; empty for nodes without a place.</param>
/// <param name="ItWatts">What its servers draw at their inlets, in watts.</param>
/// <param name="FacilityWatts">All of it, in watts, by the model.</param>
/// <param name="CoolingWatts">The cooling plant, in watts.</param>
/// <param name="LossWatts">What the feeds lose, in watts.</param>
/// <param name="OtherWatts">Light, offices, security, in watts.</param>
/// <param name="Pue">All of it over the servers' at this moment; a PUE proper is of a period, and the report has it.</param>
/// <param name="OutdoorCelsius">The air outside by the climate, in °C.</param>
/// <param name="SupplyCelsius">The supplied air, in °C.</param>
/// <param name="Missing">Why the site's part is not known.</param>
internal sealed record SitePowerView(
    string Site, double ItWatts, double? FacilityWatts, double? CoolingWatts, double? LossWatts, double? OtherWatts, double? Pue, double? OutdoorCelsius, double? SupplyCelsius, string? Missing)
{
    public static SitePowerView Of(SiteSample s) => s.Power is not { } p
        ? new(s.Name, s.ItWatts, null, null, null, null, null, null, null, s.Missing)
        : new(s.Name, s.ItWatts, p.Total, p.Plant.Total, p.Feeds.Ups + p.Feeds.Pdu + p.Feeds.Rack, p.Other, p.It > 0 ? p.Total / p.It : null, s.Outdoor?.DryBulbCelsius, s.SupplyCelsius, null);
}

/// <summary>What a node draws now.</summary>
/// <param name="Node">The node.</param>
/// <param name="Site">Its site; empty without a place.</param>
/// <param name="Hall">Its hall.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="Watts">What it draws at its inlet, in watts.</param>
/// <param name="Source">Where that comes from: <c>measured</c> or <c>estimated</c>.</param>
/// <param name="ServerType">The type of server that it counts as.</param>
/// <param name="TypeFrom">From where the type is known: <c>label</c>, <c>rack</c> or <c>capacity</c>.</param>
/// <param name="IdleWatts">The part that falls to no task, in watts.</param>
/// <param name="FacilityWatts">With its part of losses, cooling and the rest of the site, in watts.</param>
/// <param name="CoolingWatts">Its part of the cooling, in watts.</param>
/// <param name="InletCelsius">Its inlet by the model, in °C.</param>
/// <param name="Price">What one more watt of it costs the site, in watts.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="CapWatts">What its devices may draw together, in watts; left out: no cap.</param>
/// <param name="HeldWatts">What they are held at, as read back from them, in watts; left out: nobody confirmed it.</param>
internal sealed record NodePowerView(
    string Node, string Site, string? Hall, string? Rack, double Watts, string Source, string ServerType, string TypeFrom, double IdleWatts, double? FacilityWatts, double? CoolingWatts,
    double? InletCelsius, double? Price, int Tasks, long? CapWatts, long? HeldWatts)
{
    public static NodePowerView Of(NodeSample n)
    {
        var share = n.Over(1);
        var at = n.Site.Name.Length > 0 ? n.Node.Spec.Location : null;
        return new(
            n.Node.Name, n.Site.Name, at?.Hall, at?.Rack, n.Power.Wall, n.Power.Source is PowerSource.Measured ? "measured" : "estimated", n.Server.Spec.Name,
            n.Server.Origin switch { ServerOrigin.Label => "label", ServerOrigin.Rack => "rack", _ => "capacity" },
            n.IdleWatts, share.Facility, share.Cooling, n.InletCelsius, n.Price, n.Tasks.Count, n.Node.OrderedCap()?.Value, n.Node.Status?.PowerCap?.InForce?.Value);
    }
}

/// <summary>What a job or service draws now.</summary>
/// <param name="Kind"><c>job</c>, <c>service</c> or <c>idle</c>.</param>
/// <param name="Name">Which.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Tasks">How many of its tasks are counted.</param>
/// <param name="Watts">What it draws at the inlets of servers, in watts.</param>
/// <param name="FacilityWatts">With its part of losses, cooling and the rest of the site, in watts.</param>
/// <param name="CoolingWatts">Its part of the cooling, in watts.</param>
/// <param name="MeasuredShare">How much of <paramref name="Watts"/> meters measured, from 0 to 1.</param>
internal sealed record OwnerPowerView(string Kind, string Name, string? Queue, int Tasks, double Watts, double? FacilityWatts, double? CoolingWatts, double MeasuredShare);

/// <summary>The wire format of energy.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PowerView))]
[JsonSerializable(typeof(EnergyReportView))]
internal sealed partial class EnergyJson : JsonSerializerContext;
