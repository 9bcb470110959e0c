namespace Datahall.Energy.Supply;

/// <summary>ASHRAE Guideline 36's trim and respond: warmer by a little at every step, colder for each rack that asks beyond those ignored.</summary>
/// <remarks>
/// Every 2 minutes +0.1 K, and −0.15 K for each request above 2, at most −0.6 K. A rack asks while its inlet is within the margin of its limit. Source: ASHRAE
/// Guideline 36-2021, 5.1.14; the figures are recalled, and the signs turned for a supply that is to be warm.
/// </remarks>
/// <param name="bounds">Between which temperatures.</param>
public sealed class TrimAndRespond(SupplyBounds bounds) : SupplyController(bounds, intervalSeconds: 120)
{
    private const double Trim = 0.1;
    private const double Respond = 0.15;
    private const double MostRespond = 0.6;
    private const int Ignored = 2;

    private protected override double Wanted(in SupplyReadings readings) => Next(readings, SetPoint, Margin, 1);

    /// <summary>The set point that the rule wants after some of its steps.</summary>
    internal static double Next(in SupplyReadings readings, double setPoint, double margin, double steps)
    {
        var requests = 0;
        for (var i = 0; i < readings.Inlets.Length; i++)
        {
            requests += readings.IsPlausible(i) && readings.Limits[i] - readings.Inlets[i] < margin ? 1 : 0;
        }

        // Of few racks none can be ignored: 2 of 3 would be most of the hall.
        var ignored = Math.Min(Ignored, readings.Inlets.Length / 10);
        return setPoint + (steps * (requests > ignored ? -Math.Min(MostRespond, Respond * (requests - ignored)) : Trim));
    }
}
