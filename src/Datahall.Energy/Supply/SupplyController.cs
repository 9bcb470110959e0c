using Datahall.Energy.Cooling;
using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Supply;

/// <summary>Between which temperatures a controller may choose, and how fast.</summary>
/// <param name="Lowest">The coldest supply, in °C.</param>
/// <param name="Highest">The warmest supply, in °C.</param>
/// <param name="Safe">Where it goes when it is blind, in °C.</param>
/// <param name="Margin">How far inlets are kept below their limits, in kelvin.</param>
public readonly record struct SupplyBounds(double Lowest, double Highest, double Safe, double Margin)
{
    /// <summary>The fastest change, in kelvin per second: 5 K in 15 minutes, ASHRAE TC 9.9's limit for halls without tape (recalled).</summary>
    public const double Slew = 5.0 / 900;
}

/// <summary>What a controller sees.</summary>
/// <param name="inlets">The inlets' readings, in °C; absurd ones are ignored. Shape [racks].</param>
/// <param name="limits">The warmest inlet that each rack takes, in °C. Shape [racks].</param>
/// <param name="outdoor">The air outside.</param>
/// <param name="state">The loads, for controllers with a model.</param>
/// <param name="ages">How old each inlet's reading is, in seconds; empty: all are fresh. Shape [racks] or [0].</param>
public readonly ref struct SupplyReadings(
    ReadOnlySpan<double> inlets, ReadOnlySpan<double> limits, OutdoorAir outdoor, FacilityState state, ReadOnlySpan<double> ages = default)
{
    /// <summary>The age at which a reading is stale, in seconds: within it an inlet without cooling warms by some kelvin (default).</summary>
    public const double StaleSeconds = 180;

    // No hall is colder or hotter than this and still has sensors that tell: -40, 85, 127 and NaN are what broken ones say.
    private const double Coldest = -20;
    private const double Hottest = 80;

    private readonly ReadOnlySpan<double> ages = ages;

    /// <summary>The inlets' readings, in °C.</summary>
    public ReadOnlySpan<double> Inlets { get; } = inlets;

    /// <summary>Their limits, in °C.</summary>
    public ReadOnlySpan<double> Limits { get; } = limits;

    /// <summary>The air outside.</summary>
    public OutdoorAir Outdoor { get; } = outdoor;

    /// <summary>The loads.</summary>
    public FacilityState State { get; } = state;

    /// <summary>Whether a reading is fresh and can be true.</summary>
    public bool IsPlausible(int rack) => Inlets[rack] is > Coldest and < Hottest && (ages.IsEmpty || ages[rack] is >= 0 and <= StaleSeconds);

    /// <summary>Whether more than half of the readings can be true.</summary>
    public bool CanSee
    {
        get
        {
            var plausible = 0;
            for (var i = 0; i < Inlets.Length; i++)
            {
                plausible += IsPlausible(i) ? 1 : 0;
            }

            return plausible * 2 > Inlets.Length;
        }
    }

    /// <summary>How far the inlet nearest to its limit is below it, in kelvin.</summary>
    public double Headroom
    {
        get
        {
            var least = double.PositiveInfinity;
            for (var i = 0; i < Inlets.Length; i++)
            {
                least = IsPlausible(i) ? Math.Min(least, Limits[i] - Inlets[i]) : least;
            }

            return least;
        }
    }
}

/// <summary>Chooses the temperature of the supplied air, step by step.</summary>
/// <remarks>
/// Every choice is kept within the bounds and moves no faster than the slew limit. When half of the readings or more are absurd, the set point goes to the safe
/// one. Pure but for its set point; for one caller.
/// </remarks>
public abstract class SupplyController
{
    private readonly SupplyBounds bounds;

    private protected SupplyController(SupplyBounds bounds, double intervalSeconds)
    {
        Require.Finite(bounds.Safe);
        if (!(bounds.Lowest <= bounds.Highest))
        {
            throw new ArgumentOutOfRangeException(nameof(bounds), $"the warmest supply, {bounds.Highest} °C, is below the coldest, {bounds.Lowest} °C");
        }

        this.bounds = bounds;
        IntervalSeconds = intervalSeconds;
        SetPoint = bounds.Safe;
    }

    /// <summary>How often it is stepped, in seconds.</summary>
    public double IntervalSeconds { get; }

    /// <summary>What it commands, in °C.</summary>
    public double SetPoint { get; private set; }

    /// <summary>What it tells the plant besides; nothing while it is blind.</summary>
    public PlantSettings Settings { get; private protected set; }

    private protected double Margin => bounds.Margin;

    /// <summary>Takes readings and chooses the next set point, in °C.</summary>
    public double Step(in SupplyReadings readings)
    {
        Settings = default;
        var wanted = readings.CanSee ? Wanted(readings) : bounds.Safe;
        var most = SupplyBounds.Slew * IntervalSeconds;
        return SetPoint = Math.Clamp(Math.Clamp(wanted, bounds.Lowest, bounds.Highest), SetPoint - most, SetPoint + most);
    }

    private protected abstract double Wanted(in SupplyReadings readings);
}
