namespace Datahall.Energy.Curves;

/// <summary>A number and its exact derivatives with respect to the four things that a cooling plant answers to.</summary>
/// <remarks>
/// Forward-mode differentiation: the plant is written once, and its derivatives cannot disagree with it. Source: Griewank and Walther, Evaluating
/// Derivatives, 2nd ed., SIAM 2008, ch. 3.
/// </remarks>
/// <param name="Value">The value.</param>
/// <param name="ByAirHeat">Its derivative by the heat in the air, per watt.</param>
/// <param name="ByLiquidHeat">Its derivative by the heat in the liquid loops, per watt.</param>
/// <param name="BySupply">Its derivative by the temperature of the supplied air, per kelvin.</param>
/// <param name="ByFlow">Its derivative by the air flow of the servers, per m³/s.</param>
internal readonly record struct Dual(double Value, double ByAirHeat, double ByLiquidHeat, double BySupply, double ByFlow)
{
    /// <summary>A number that does not change.</summary>
    public static implicit operator Dual(double value) => new(value, 0, 0, 0, 0);

    /// <summary>a + b.</summary>
    public static Dual operator +(Dual a, Dual b) =>
        new(a.Value + b.Value, a.ByAirHeat + b.ByAirHeat, a.ByLiquidHeat + b.ByLiquidHeat, a.BySupply + b.BySupply, a.ByFlow + b.ByFlow);

    /// <summary>a − b.</summary>
    public static Dual operator -(Dual a, Dual b) => a + (b * -1);

    /// <summary>a · b.</summary>
    public static Dual operator *(Dual a, Dual b) => new(
        a.Value * b.Value,
        (a.ByAirHeat * b.Value) + (a.Value * b.ByAirHeat),
        (a.ByLiquidHeat * b.Value) + (a.Value * b.ByLiquidHeat),
        (a.BySupply * b.Value) + (a.Value * b.BySupply),
        (a.ByFlow * b.Value) + (a.Value * b.ByFlow));

    /// <summary>a / b.</summary>
    public static Dual operator /(Dual a, Dual b) => a * b.Through(1 / b.Value, -1 / (b.Value * b.Value));

    /// <summary>f(a), f's value and slope at a given.</summary>
    public Dual Through(double value, double slope) => new(value, slope * ByAirHeat, slope * ByLiquidHeat, slope * BySupply, slope * ByFlow);

    /// <summary>The value kept within bounds; constant outside.</summary>
    public Dual Clamp(double least, double most) => Value < least ? least : Value > most ? most : this;
}
