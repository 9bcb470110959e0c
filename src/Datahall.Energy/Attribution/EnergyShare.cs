namespace Datahall.Energy.Attribution;

/// <summary>What of a site's energy fell to one node, job, service or queue, in joules.</summary>
/// <remarks>What is not known is null, and stays so only until something of it is known: null + x = x.</remarks>
public readonly record struct EnergyShare
{
    /// <summary>At the inlets of the servers.</summary>
    public double It { get; init; }

    /// <summary>The part of <see cref="It"/> that a meter measured; the rest is estimated.</summary>
    public double Measured { get; init; }

    /// <summary>The part of <see cref="It"/> for which <see cref="Facility"/> is known.</summary>
    public double Covered { get; init; }

    /// <summary>At the grid: <see cref="Covered"/> with its share of what feeds lose, cooling and the rest of the site draw.</summary>
    public double? Facility { get; init; }

    /// <summary>The part of <see cref="Facility"/> that cooling drew.</summary>
    public double? Cooling { get; init; }

    /// <summary>What <see cref="Facility"/> cost, in the site's currency.</summary>
    public double? Cost { get; init; }

    /// <summary>What <see cref="Facility"/> emitted, in grams of CO2 equivalent.</summary>
    public double? CarbonGrams { get; init; }

    /// <summary>How long tasks ran of which nothing is counted, because their node sent no readings, in task-seconds.</summary>
    public double UncountedSeconds { get; init; }

    /// <summary>Adds what fell to it in another time.</summary>
    public static EnergyShare operator +(in EnergyShare a, in EnergyShare b) => new()
    {
        It = a.It + b.It,
        Measured = a.Measured + b.Measured,
        Covered = a.Covered + b.Covered,
        Facility = Sum(a.Facility, b.Facility),
        Cooling = Sum(a.Cooling, b.Cooling),
        Cost = Sum(a.Cost, b.Cost),
        CarbonGrams = Sum(a.CarbonGrams, b.CarbonGrams),
        UncountedSeconds = a.UncountedSeconds + b.UncountedSeconds,
    };

    /// <summary>Adds what fell to it in another time.</summary>
    public static EnergyShare Add(in EnergyShare left, in EnergyShare right) => left + right;

    /// <summary>A part of it; of seconds nothing.</summary>
    /// <param name="part">From 0 to 1.</param>
    public EnergyShare Part(double part) => new()
    {
        It = It * part,
        Measured = Measured * part,
        Covered = Covered * part,
        Facility = Facility * part,
        Cooling = Cooling * part,
        Cost = Cost * part,
        CarbonGrams = CarbonGrams * part,
    };

    private static double? Sum(double? a, double? b) => a is null ? b : b is null ? a : a + b;
}
