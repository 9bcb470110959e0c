namespace Datahall.Energy.Capping;

/// <summary>Work in a rack that may be capped, and perhaps paused.</summary>
/// <param name="Rack">The rack's index.</param>
/// <param name="RatedWatts">What it may draw at its server's inlet without a cap, in watts, 0 or more.</param>
/// <param name="FloorWatts">What it may draw under the lowest measured cap, in watts, from 0 to <paramref name="RatedWatts"/>.</param>
/// <param name="PausedWatts">What it draws paused, in watts, from 0 to <paramref name="FloorWatts"/>; null: it must not be paused.</param>
/// <param name="Priority">Higher is capped and paused later.</param>
/// <param name="Response">What caps do to it; null: it cannot be capped.</param>
/// <remarks>
/// Between floor and rated power the draw counts as straight. That is an upper bound, and so safe, where the true draw is convex in the boards' power: fans grow
/// with its cube, and supplies lose more and more beyond their best load.
/// </remarks>
public readonly record struct TreeLoad(int Rack, double RatedWatts, double FloorWatts, double? PausedWatts, int Priority, CapResponse? Response);

/// <summary>What a load is left.</summary>
/// <param name="Cap">The cap over the rated power, from the lowest measured one to 1.</param>
/// <param name="Running">The share of it that runs, from 0 to 1; the rest is paused.</param>
public readonly record struct TreeCap(double Cap, double Running)
{
    /// <summary>All of it, without a cap.</summary>
    public static TreeCap None { get; } = new(1, 1);
}
