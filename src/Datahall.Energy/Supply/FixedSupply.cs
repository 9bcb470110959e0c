namespace Datahall.Energy.Supply;

/// <summary>A set point that stays.</summary>
/// <param name="celsius">The supply, in °C.</param>
public sealed class FixedSupply(double celsius) : SupplyController(new(celsius, celsius, celsius, 0), intervalSeconds: 3600)
{
    private protected override double Wanted(in SupplyReadings readings) => SetPoint;
}
