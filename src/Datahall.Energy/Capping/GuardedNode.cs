namespace Datahall.Energy.Capping;

/// <summary>A node behind the limits of a site, as it is now.</summary>
public sealed record GuardedNode
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its hall.</summary>
    public required string Hall { get; init; }

    /// <summary>Its rack.</summary>
    public required string Rack { get; init; }

    /// <summary>What it draws at its inlet, in watts; NaN when nobody said. May be absurd.</summary>
    public double Watts { get; init; } = double.NaN;

    /// <summary>What it may draw there without a cap, in watts, 0 or more.</summary>
    public double RatedWatts { get; init; }

    /// <summary>The priority of its most important work; lower is capped first.</summary>
    public int Priority { get; init; }

    /// <summary>The least that its devices can be held at together, in watts; null: it cannot be capped.</summary>
    public double? LeastWatts { get; init; }

    /// <summary>What its devices may draw together without a cap, in watts; with <see cref="LeastWatts"/>.</summary>
    public double MostWatts { get; init; }

    /// <summary>The automatic cap that it has, in watts of its devices; null: none.</summary>
    public double? CapWatts { get; init; }

    /// <summary>What its devices are known to be held at, in watts; null: nobody confirmed a cap.</summary>
    public double? HeldWatts { get; init; }

    /// <summary>Whether it can be capped.</summary>
    internal bool IsCappable => LeastWatts is { } least && least > 0 && least < MostWatts;

    /// <summary>What it may draw at its inlet while its devices are held, in watts: a watt less of a device is at least one less there.</summary>
    internal double WallAt(double devices) => Math.Clamp(RatedWatts - (MostWatts - devices), 0, RatedWatts);
}

/// <summary>An automatic cap that a node is to have.</summary>
/// <param name="Node">The node.</param>
/// <param name="Watts">What its devices may draw together, in whole watts; null: no cap.</param>
/// <param name="Why">Why it is another one than before, in a sentence for people.</param>
public readonly record struct NodeCapChange(string Node, long? Watts, string Why);
