using Datahall.Energy.Cooling;

namespace Datahall.Energy.Tests.Cooling;

public sealed class ChillerTests
{
    [Theory]
    [InlineData(6.667, 29.44, 1, 189.83, 4.977)]
    [InlineData(6.667, 29.44, 0.5, 84.68, 5.579)]
    [InlineData(12, 24, 0.65, 121.69, 6.751)]
    [InlineData(15, 24, 1, 205.29, 6.510)]
    public void Chiller_has_the_power_of_EnergyPlus(double evaporator, double condenser, double partLoad, double kilowatts, double cop)
    {
        var chiller = new ElectricChiller(1e6, 5);

        var watts = chiller.Watts(partLoad, evaporator, condenser);

        Assert.Equal(kilowatts, watts / 1000, kilowatts * 1e-3);
        Assert.Equal(cop, partLoad * chiller.Available(evaporator, condenser) / watts, cop * 1e-3);
    }

    [Theory]
    [InlineData(15, 2.000)]
    [InlineData(18, 2.676)]
    [InlineData(20, 3.194)]
    [InlineData(25, 4.728)]
    [InlineData(27, 5.437)]
    [InlineData(30, 6.602)]
    public void Crac_has_the_COP_of_HP_Labs(double supply, double cop) => Assert.Equal(cop, CracUnit.Cop(supply), 0.0005);

    [Fact]
    public void Tower_has_the_fan_of_EnergyPlus_and_water_for_its_heat()
    {
        var tower = new CoolingTower(1e6, 20_000, 4, 4);

        Assert.Equal(-0.009315 + 0.051233 - 0.083836 + 1.041918, CoolingTower.FanRatio(1), 1e-12);
        Assert.Equal(20_000 * CoolingTower.FanRatio(0.5), tower.Fans(5e5), 1e-9);
        Assert.Equal(0, tower.Fans(0));
        Assert.Equal(1.7 * 4 / 3, tower.Water(3.6e6, 0), 1e-9); // 1 kWh in a second: 1.7 l evaporate, a third of that is blown down.
        Assert.Equal(0.5, tower.Water(0, 1000), 1e-12);
    }

    [Fact]
    public void Pumps_lift_what_the_heat_needs()
    {
        var loop = new WaterLoop(10, 300_000, 0.87);

        Assert.Equal(1.0 / 60 * 1.4333, loop.LitresPerSecond(1000), 0.0001); // About 1.5 l/min per kW at 10 K.
        Assert.Equal(1e6 / 4.186e7 * 300_000 / 0.87, loop.Pump(1e6), 1e-6);
    }

    [Theory]
    [InlineData(20, 0.5, 13.7, 9.26)] // Stull's own example, and the dew point of psychrometric tables.
    [InlineData(30, 0.5, 22.0, 18.45)]
    public void Outdoor_air_has_the_wet_bulb_and_dew_point_of_tables(double dry, double humidity, double wet, double dew)
    {
        var air = OutdoorAir.Of(dry, humidity);

        Assert.Equal(wet, air.WetBulbCelsius, 0.4);
        Assert.Equal(dew, air.DewPointCelsius, 0.1);
    }
}
