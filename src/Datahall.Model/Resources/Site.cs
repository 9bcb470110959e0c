using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>One installation: its halls, racks, power, cooling and weather.</summary>
public sealed record Site : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Site;

    /// <summary>What the installation is.</summary>
    public required SiteSpec Spec { get; init; }
}

/// <summary>What an installation is.</summary>
public sealed record SiteSpec
{
    /// <summary>A sentence for people.</summary>
    [Description("A sentence for people.")]
    public string? Description { get; init; }

    /// <summary>The IANA time zone, for schedules and reports.</summary>
    [Description("The IANA time zone, such as Asia/Shanghai.")]
    public string? TimeZone { get; init; }

    /// <summary>The power the grid connection allows.</summary>
    [Description("The power the grid connection allows, such as 1.2MW.")]
    public Watts? PowerLimit { get; init; }

    /// <summary>The halls.</summary>
    [Description("The halls; names are unique within the site.")]
    public IReadOnlyList<Hall> Halls { get; init; } = [];

    /// <summary>A ready plant of the catalogue: its feeds and its cooling hold where the site says nothing.</summary>
    [Description("A ready plant of the catalogue: room-100kw, hall-1mw or site-10mw. Its feeds and cooling hold where the site says nothing.")]
    public string? Plant { get; init; }

    /// <summary>Server types that the catalogue lacks, or other figures for those it has.</summary>
    [Description("Server types that the catalogue lacks, or other figures for those it has.")]
    public IReadOnlyList<ServerSpec> Servers { get; init; } = [];

    /// <summary>The power's way from the grid to the racks; empty: that of the ready plant.</summary>
    [Description("The power's way from the grid to the racks. Left out: that of the ready plant.")]
    public IReadOnlyList<Feed> Feeds { get; init; } = [];

    /// <summary>The cooling plant.</summary>
    [Description("The cooling plant; what is left out is that of the ready plant.")]
    public CoolingSpec? Cooling { get; init; }

    /// <summary>How the nodes are capped when its limits are near; null: they are not.</summary>
    [Description("How the nodes are capped when a limit of the site, a feed or a rack is near. Left out: they are not.")]
    public SiteCapping? Capping { get; init; }

    /// <summary>Light, offices, security.</summary>
    [Description("What light, offices and security draw.")]
    public Watts? OtherLoad { get; init; }

    /// <summary>The weather.</summary>
    [Description("The weather.")]
    public Climate? Climate { get; init; }

    /// <summary>What energy costs.</summary>
    [Description("What energy costs.")]
    public Tariff? Tariff { get; init; }

    /// <summary>What energy emits.</summary>
    [Description("What energy emits.")]
    public CarbonIntensity? Carbon { get; init; }
}

/// <summary>A room with racks.</summary>
public sealed record Hall
{
    /// <summary>The name, unique within the site.</summary>
    public required string Name { get; init; }

    /// <summary>The racks; names are unique within the hall.</summary>
    public IReadOnlyList<Rack> Racks { get; init; } = [];

    /// <summary>Rows of racks that are filled alike.</summary>
    [Description("Rows of racks that are filled alike: {name: A, racks: 12} are the racks A1 to A12.")]
    public IReadOnlyList<RackRow> Rows { get; init; } = [];

    /// <summary>How exhaust finds its way to inlets; null: made from the racks' places.</summary>
    [Description("How exhaust finds its way to inlets. Left out: made from the racks' places.")]
    public Recirculation? Recirculation { get; init; }

    /// <summary>All racks: those listed singly, which stand in a row of their own, then those of each row.</summary>
    public IEnumerable<Rack> AllRacks() => Racks.Concat(Rows.SelectMany(static row => Enumerable.Range(1, row.Racks).Select(i => new Rack
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{row.Name}{i}"),
        PowerLimit = row.PowerLimit,
        Servers = row.Servers,
        Feed = row.Feed,
    })));
}

/// <summary>A rack.</summary>
public sealed record Rack
{
    /// <summary>The name, unique within the hall.</summary>
    public required string Name { get; init; }

    /// <summary>The power its feeds allow.</summary>
    [Description("The power its feeds allow, such as 40kW.")]
    public Watts? PowerLimit { get; init; }

    /// <summary>What stands in it.</summary>
    [Description("What stands in it.")]
    public IReadOnlyList<RackServers> Servers { get; init; } = [];

    /// <summary>Its feed; null: shared evenly among the feeds that feed no other.</summary>
    [Description("Its feed. Left out: shared evenly among the feeds that feed no other.")]
    public string? Feed { get; init; }
}
