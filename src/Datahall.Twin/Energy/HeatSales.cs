using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Reuse;
using Datahall.Model;
using Datahall.Model.Catalogue;

namespace Datahall.Twin.Energy;

/// <summary>Who wants the heat of the liquid loops and when, what it brings, and how warm the loops are run for it.</summary>
internal sealed class HeatSales(FacilityModel facility, SiteSpec site, LiquidControl control)
{
    private const double JoulesPerKilowattHour = 3.6e6;

    private readonly HeatDemand? demand = PlantCatalogue.CoolingOf(site).HeatDemand;
    private readonly HeatReuse? reuse = control is LiquidControl.ByWorth ? new(facility) : null;
    private double due;

    /// <summary>What the heat sold so far brought, in the tariff's currency.</summary>
    public double Revenue { get; private set; }

    /// <summary>Whether heat is wanted at an hour of the year, from 0.</summary>
    public bool IsWanted(double hour) => demand?.Holds(((int)(hour / 24) % 365) + 1) ?? true;

    /// <summary>Puts the loops' supply into the plant's settings.</summary>
    public PlantSettings Set(in PlantSettings settings, FacilityState state, double supplyCelsius, OutdoorAir outdoor, double hour, double price, double at)
    {
        if (reuse is not null && at >= due)
        {
            reuse.Step(state, supplyCelsius, outdoor, new(price, IsWanted(hour) ? demand?.Price ?? 0 : 0));
            due = at + HeatReuse.IntervalSeconds;
        }

        return reuse is null ? settings : settings with { LiquidSupply = reuse.LiquidSupply };
    }

    /// <summary>Counts the heat of a step.</summary>
    public void Count(in FacilityPower power, double seconds) => Revenue += power.Plant.Reused * seconds / JoulesPerKilowattHour * (demand?.Price ?? 0);
}
