using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>One installation: its halls, racks and power.</summary>
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
}

/// <summary>A room with racks.</summary>
public sealed record Hall
{
    /// <summary>The name, unique within the site.</summary>
    public required string Name { get; init; }

    /// <summary>The racks; names are unique within the hall.</summary>
    public IReadOnlyList<Rack> Racks { get; init; } = [];
}

/// <summary>A rack.</summary>
public sealed record Rack
{
    /// <summary>The name, unique within the hall.</summary>
    public required string Name { get; init; }

    /// <summary>The power its feeds allow.</summary>
    [Description("The power its feeds allow, such as 40kW.")]
    public Watts? PowerLimit { get; init; }
}
