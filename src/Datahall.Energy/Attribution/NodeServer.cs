using System.Globalization;
using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Model.Catalogue;

namespace Datahall.Energy.Attribution;

/// <summary>From where it is known what type of server a node is.</summary>
public enum ServerOrigin
{
    /// <summary>From its label <c>datahall.io/server-type</c>.</summary>
    Label,

    /// <summary>From what its rack holds.</summary>
    Rack,

    /// <summary>From nothing but its processors and accelerators.</summary>
    Capacity,
}

/// <summary>What type of server a node is.</summary>
/// <param name="Spec">The type's figures.</param>
/// <param name="Type">The type, ready to compute with.</param>
/// <param name="Origin">From where it is known.</param>
public sealed record NodeServer(ServerSpec Spec, ServerType Type, ServerOrigin Origin)
{
    /// <summary>The label that names a node's type.</summary>
    public const string Label = "datahall.io/server-type";

    // Boards of a usual server, engineering defaults: 1 W for an idle processor, 5 W for a busy one (the scheduler expects the same), 30 W at any load.
    private const long CpuIdleWatts = 1;
    private const long CpuMaxWatts = 5;
    private const long FixedWatts = 30;

    /// <summary>Finds it: the type that a label names, else that of the rack's whose full load is nearest to what the capacity lets expect, else one made from the capacity.</summary>
    /// <param name="site">The site whose own types hide those of the catalogue; null without one.</param>
    /// <param name="rack">What stands in the node's rack; empty when nobody said.</param>
    /// <param name="label">What the label says; null without it. A type that there is not counts as no label.</param>
    /// <param name="capacity">What the node has.</param>
    public static NodeServer Of(SiteSpec? site, IReadOnlyList<RackServers> rack, string? label, NodeCapacity capacity)
    {
        if (label is not null && Find(site, label) is { } named)
        {
            return new(named, new(named), ServerOrigin.Label);
        }

        var made = OfCapacity(capacity);
        var expected = new ServerType(made);
        var nearest = rack.Select(servers => Find(site, servers.Model)).OfType<ServerSpec>().Select(static spec => (Spec: spec, Type: new ServerType(spec)))
            .OrderBy(known => Math.Abs(known.Type.Power.MaxWatts - expected.Power.MaxWatts)).FirstOrDefault();
        return nearest.Spec is { } spec ? new(spec, nearest.Type, ServerOrigin.Rack) : new(made, expected, ServerOrigin.Capacity);
    }

    private static ServerSpec? Find(SiteSpec? site, string name) => site?.Servers.FirstOrDefault(server => server.Name == name) ?? ServerCatalogue.Find(name);

    // Without fans and supplies: of a server that nobody described they are not known.
    private static ServerSpec OfCapacity(NodeCapacity capacity)
    {
        var cpus = (int)Math.Clamp((capacity.Cpu.Milli + 999) / 1000, 1, 1024);
        var devices = capacity.Devices.Select(DeviceFigures.Of).ToList();
        var name = string.Create(CultureInfo.InvariantCulture, $"{cpus}-cpus{(devices.Count > 0 ? $"-{devices.Count}-devices" : "")}");
        return devices.Count == 0
            ? new() { Name = name, Idle = new(FixedWatts + (cpus * CpuIdleWatts)), Max = new(FixedWatts + (cpus * CpuMaxWatts)) }
            : new()
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{devices.Sum(static d => d.Max):0}w"),
                Power = PowerCurve.Devices,
                Devices = new()
                {
                    Cpus = new() { Count = cpus, Idle = new(CpuIdleWatts), Max = new(CpuMaxWatts) },
                    Gpus = new() { Count = devices.Count, Idle = Mean(devices.Sum(static d => d.Idle)), Max = Mean(devices.Sum(static d => d.Max)) },
                    Fixed = new(FixedWatts),
                },
            };

        Watts Mean(double sum) => new((long)Math.Round(sum / devices.Count));
    }
}
