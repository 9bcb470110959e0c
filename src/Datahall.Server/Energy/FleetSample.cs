using Datahall.Energy.Attribution;
using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Prices;
using Datahall.Model;

namespace Datahall.Server.Energy;

/// <summary>What the whole fleet draws at one time.</summary>
/// <param name="Time">When.</param>
/// <param name="Nodes">The nodes with fresh readings, by name.</param>
/// <param name="Sites">The sites that have such nodes; nodes without a place are in the one without a name.</param>
/// <param name="Unread">The tasks on nodes without fresh readings.</param>
internal sealed record FleetSample(DateTimeOffset Time, IReadOnlyList<NodeSample> Nodes, IReadOnlyList<SiteSample> Sites, IReadOnlyList<TaskResource> Unread);

/// <summary>What a node draws.</summary>
/// <param name="Node">The node.</param>
/// <param name="Site">Its site.</param>
/// <param name="Server">What type of server it is.</param>
/// <param name="Power">What it draws.</param>
/// <param name="Tasks">What of it falls to each task, in watts at the node's inlet.</param>
/// <param name="IdleWatts">What falls to none.</param>
internal sealed record NodeSample(Node Node, SiteSample Site, NodeServer Server, NodePower Power, IReadOnlyList<TaskSample> Tasks, double IdleWatts)
{
    /// <summary>Whether a meter of it says what cannot be.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Its inlet by the site's model, in °C; null: not known.</summary>
    public double? InletCelsius { get; init; }

    /// <summary>What one more watt of it costs the site, in watts; null: not known.</summary>
    public double? Price { get; init; }

    /// <summary>What it used in a time, with its part of the site.</summary>
    /// <param name="seconds">The time, in seconds.</param>
    public EnergyShare Over(double seconds)
    {
        var it = Power.Wall * seconds;
        var measured = Power.Source is PowerSource.Measured ? it : 0;
        if (Site.Power is not { It: > 0 } site)
        {
            return new() { It = it, Measured = measured };
        }

        var facility = it * site.Total / site.It;
        return new()
        {
            It = it,
            Measured = measured,
            Covered = it,
            Facility = facility,
            Cooling = it * site.Plant.Total / site.It,
            Cost = facility * Site.PricePerJoule,
            CarbonGrams = facility * Site.GramsPerJoule,
        };
    }
}

/// <summary>What of a node falls to a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Watts">In watts, at the node's inlet.</param>
internal readonly record struct TaskSample(TaskResource Task, double Watts);

/// <summary>What a site draws.</summary>
internal sealed record SiteSample
{
    /// <summary>The name; empty for nodes without a place.</summary>
    public required string Name { get; init; }

    /// <summary>All of it, by the model on top of the servers' sum; null: not known.</summary>
    public FacilityPower? Power { get; init; }

    /// <summary>Why <see cref="Power"/> is not known; null when it is.</summary>
    public string? Missing { get; init; }

    /// <summary>The part of the servers' power whose type is described, so that fans and supplies are known, in watts.</summary>
    public double DescribedWatts { get; init; }

    /// <summary>What its servers draw, in watts.</summary>
    public double ItWatts { get; init; }

    /// <summary>The air outside by the climate; null without a model.</summary>
    public OutdoorAir? Outdoor { get; init; }

    /// <summary>The supplied air, in °C; null without a model.</summary>
    public double? SupplyCelsius { get; init; }

    /// <summary>The site as settled, to ask what moves would save; null without a model. Copy it before changing it.</summary>
    public OperatingPoint? Point { get; init; }

    /// <summary>The block of servers of each node in <see cref="Point"/>.</summary>
    public IReadOnlyDictionary<string, int> BlockOf { get; init; } = new Dictionary<string, int>();

    /// <summary>What a joule costs now; null: not known.</summary>
    public double? PricePerJoule { get; init; }

    /// <summary>The currency; empty without a tariff.</summary>
    public string Currency { get; init; } = "";

    /// <summary>What a joule emits now, in g CO2e; null: not known.</summary>
    public double? GramsPerJoule { get; init; }

    /// <summary>The share that is from renewable sources; null: not known.</summary>
    public double? RenewableShare { get; init; }
}
