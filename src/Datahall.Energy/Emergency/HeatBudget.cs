using Datahall.Energy.Curves;

namespace Datahall.Energy.Emergency;

/// <summary>What is known when cooling is lost.</summary>
/// <param name="HeadroomKelvin">How far the inlet nearest to its limit is below it, now or once the supply of this minute has reached it, in kelvin.</param>
/// <param name="BoardWatts">What the servers' boards draw, in watts.</param>
/// <param name="HeatWatts">The heat that the plant has to move, in watts: of servers, feeds and its own fans.</param>
/// <param name="UnmetWatts">The part of it that nobody moves, in watts: C·dT/dt of the supplied air.</param>
public readonly record struct HeatReadings(double HeadroomKelvin, double BoardWatts, double HeatWatts, double UnmetWatts)
{
    // No site draws this: 4294967295 W is what a broken counter says.
    private const double MostWatts = 4e9;
    private const double Tolerance = 1.1; // The two are measured apart.

    internal bool IsPlausible =>
        HeadroomKelvin is > -100 and < 100 && BoardWatts is >= 0 and < MostWatts && HeatWatts is >= 0 and < MostWatts && UnmetWatts >= 0 && UnmetWatts <= HeatWatts * Tolerance;
}

/// <summary>Tells how much the servers may draw while heat stays in the halls, so that no inlet reaches its limit.</summary>
/// <remarks>
/// <para>
/// A control barrier: heat may stay only as fast as C·H/τ, H the headroom without the reserve, C the halls' heat capacity. Then dH/dt ≥ −H/τ and H never
/// falls below 0, whatever the fault's length. Source: Ames et al., Control Barrier Functions: Theory and Applications, ECC 2019, eq. 12, with a linear
/// class-K function. Boards may draw P·(Q − Qunmet + C·H/τ)/Q, Q their heat now.
/// </para>
/// <para>
/// It tightens at once. It loosens only when no heat has stayed for the hold time, and then by the whole draw within another: hysteresis. Absurd readings
/// change nothing. Pure but for its state; for one caller.
/// </para>
/// </remarks>
public sealed class HeatBudget
{
    private readonly double capacity;
    private readonly double reserve;
    private readonly double horizon;
    private readonly double hold;
    private double calm;

    /// <summary>Makes one.</summary>
    /// <param name="joulesPerKelvin">C, in J/K, above 0.</param>
    /// <param name="reserveKelvin">How far inlets are kept below their limits, in kelvin, 0 or more.</param>
    /// <param name="horizonSeconds">τ, in seconds, above 0; longer than a step and than a shutdown takes.</param>
    /// <param name="holdSeconds">How long it waits before it loosens, in seconds, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A figure is out of its range.</exception>
    public HeatBudget(double joulesPerKelvin, double reserveKelvin, double horizonSeconds, double holdSeconds) => (capacity, reserve, horizon, hold) =
        (Require.Positive(joulesPerKelvin), Require.NotNegative(reserveKelvin), Require.Positive(horizonSeconds), Require.Positive(holdSeconds));

    /// <summary>What the boards may draw, in watts; infinite while all is well.</summary>
    public double BoardWatts { get; private set; } = double.PositiveInfinity;

    /// <summary>When the inlet nearest to its limit would reach it, less the reserve, if nothing changed, in seconds; infinite while no heat stays.</summary>
    public double SecondsToLimit { get; private set; } = double.PositiveInfinity;

    /// <summary>Takes readings.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="ratedWatts">What the boards may draw at the most when all is well, in watts.</param>
    /// <param name="seconds">The time since the last ones, in seconds.</param>
    /// <returns><see cref="BoardWatts"/>.</returns>
    public double Step(in HeatReadings readings, double ratedWatts, double seconds)
    {
        if (!readings.IsPlausible)
        {
            return BoardWatts;
        }

        var headroom = Math.Max(0, readings.HeadroomKelvin - reserve);
        SecondsToLimit = readings.UnmetWatts > 0 ? headroom * capacity / readings.UnmetWatts : double.PositiveInfinity;
        if (readings.UnmetWatts > 0)
        {
            calm = 0;
            var allowed = capacity * headroom / horizon;
            if (readings.UnmetWatts > allowed || !double.IsInfinity(BoardWatts))
            {
                BoardWatts = Math.Min(BoardWatts, readings.BoardWatts * (Math.Max(0, readings.HeatWatts - readings.UnmetWatts) + allowed) / readings.HeatWatts);
            }

            return BoardWatts;
        }

        calm += seconds;
        BoardWatts += calm > hold && !double.IsInfinity(BoardWatts) ? ratedWatts * seconds / hold : 0;
        return BoardWatts = BoardWatts >= ratedWatts ? double.PositiveInfinity : BoardWatts;
    }
}
