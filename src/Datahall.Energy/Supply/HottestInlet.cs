namespace Datahall.Energy.Supply;

/// <summary>Keeps the inlet nearest to its limit at the margin: the set point moves by a part of what is missing.</summary>
/// <remarks>
/// Every minute by a tenth of the error: inlets follow the supply within about five minutes, so that the loop is well damped. It leaves errors below 0.1 K
/// alone. Integral control, textbook.
/// </remarks>
/// <param name="bounds">Between which temperatures.</param>
public sealed class HottestInlet(SupplyBounds bounds) : SupplyController(bounds, intervalSeconds: 60)
{
    private const double Gain = 0.1;
    private const double DeadBand = 0.1;

    private protected override double Wanted(in SupplyReadings readings)
    {
        var error = readings.Headroom - Margin;
        return Math.Abs(error) < DeadBand ? SetPoint : SetPoint + (Gain * error);
    }
}
